// Blocks whose inside is made again in the backward pass: the same gradients, bit for bit, from less that is kept.
import { describe, expect, it } from 'vitest';
import {
  autocast,
  liveTensors,
  manualSeed,
  nn,
  noGrad,
  randn,
  scoped,
  type Tensor,
} from '../../src/index.js';

/** A residual block with batch normalization and dropout. */
class Residual extends nn.Block {
  readonly conv = new nn.Conv2d(4, 4, 3, { padding: 1, bias: false });
  readonly norm = new nn.BatchNorm2d(4);
  readonly dropout = new nn.Dropout(0.3);
  calls = 0;

  forward(x: Tensor): Tensor {
    this.calls++;
    return this.dropout.call(this.norm.call(this.conv.call(x)).relu_()).add(x);
  }
}

class Network extends nn.Module {
  readonly stem = new nn.Conv2d(3, 4, 3, { padding: 1 });
  readonly blocks = new nn.Sequential(new Residual(), new Residual(), new Residual());
  readonly head = new nn.Linear(4, 2);

  forward(x: Tensor): Tensor {
    return this.head.call(this.blocks.call(this.stem.call(x)).mean([2, 3]));
  }

  get calls(): number[] {
    return [...this.blocks].map((block) => (block as Residual).calls);
  }
}

/** A step's loss, gradients, running statistics, and what is drawn after it. */
function step(recomputes: boolean, prepare: (network: Network) => void = () => undefined, inputs = 1) {
  manualSeed(5);
  using network = new Network();
  prepare(network);
  return scoped(() => {
    const images = Array.from({ length: inputs }, (_, i) => randn([4, 3, 6 + i, 6 + i]));
    const blocks = new nn.RecomputedBlocks();
    const forward = () => images.map((one) => network.call(one));
    const outputs = recomputes ? blocks.record(forward) : forward();
    const loss = outputs.reduce((sum, one) => sum.add(one.square().sum()), randn([]).mul(0)); // ()
    loss.backward();
    blocks.backward();
    return {
      result: {
        loss: loss.item(),
        gradients: [...network.namedParameters()].map(([name, { grad }]) => [
          name,
          grad?.toNumbers() ?? null,
        ]),
        buffers: [...network.namedBuffers()].map(([name, one]) => [name, one.toNumbers()]),
        drawn: randn([3]).toNumbers(),
      },
      calls: network.calls,
    };
  });
}

describe('RecomputedBlocks', () => {
  it('give the same gradients, statistics and random numbers in every bit', () => {
    const before = liveTensors();
    const [kept, made] = [step(false), step(true)];
    expect(made.result).toEqual(kept.result);
    expect([kept.calls, made.calls]).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(liveTensors()).toBe(before);
  });

  it('add the gradients of several passes up', () => {
    expect(step(true, undefined, 2).result).toEqual(step(false, undefined, 2).result);
  });

  it('leave frozen parts alone: those before, those inside, and blocks with nothing to train are run once', () => {
    const freeze = (parts: (network: Network) => nn.AnyModule[]) => (network: Network) => {
      for (const part of parts(network)) for (const one of part.parameters()) one.requiresGrad_(false);
    };
    const stem = freeze(({ stem }) => [stem]);
    expect(step(true, stem).result).toEqual(step(false, stem).result);
    const first = freeze(({ stem, blocks }) => [stem, blocks.at(0)]);
    const made = step(true, first);
    expect(made.result).toEqual(step(false, first).result);
    expect(made.calls).toEqual([1, 2, 2]);
    const middle = freeze(({ blocks }) => [blocks.at(1)]);
    expect(step(true, middle).result).toEqual(step(false, middle).result);
  });

  it('run in the precision that is asked for, both times', () => {
    const gradients = (recomputes: boolean) => {
      manualSeed(5);
      using network = new Network();
      return scoped(() => {
        const x = randn([4, 3, 6, 6]);
        const half = (forward: () => Tensor) => autocast('cpu', 'bfloat16', forward);
        const blocks = new nn.RecomputedBlocks(half);
        const forward = () => half(() => network.call(x));
        const out = recomputes ? blocks.record(forward) : forward();
        out.to({ dtype: 'float32' }).square().sum().backward();
        blocks.backward();
        return [...network.namedParameters()].map(([name, { grad }]) => [name, grad!.toNumbers()]);
      });
    };
    expect(gradients(true)).toEqual(gradients(false));
  });

  it('are plain blocks where nothing is recorded', () => {
    using network = new Network();
    scoped(() => void noGrad(() => network.call(randn([2, 3, 6, 6]))));
    expect(network.calls).toEqual([1, 1, 1]);
  });
});
