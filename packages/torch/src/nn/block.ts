// Blocks: the parts of a network whose inside the backward pass may make again instead of keeping (activation checkpointing, Chen
// et al. 2016, arXiv 1604.06174).
import { noGrad } from '../autograd.js';
import type { Device } from '../dtype.js';
import { getRngState, setRngState } from '../runtime.js';
import { madeIn, presentScope, scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { keepRunningStatistics } from './batch-norm.js';
import { Module } from './module.js';

/** What runs the blocks of a network in place of their own `call`. */
export interface BlockRunner {
  run(block: Block, input: Tensor): Tensor;
}

let runner: BlockRunner | null = null;

/** Runs `fn` with every block's call handed to `chosen`. */
export function runBlocks<T>(chosen: BlockRunner, fn: () => T): T {
  const before = runner;
  runner = chosen;
  try {
    return fn();
  } finally {
    runner = before;
  }
}

/** A part of a network that takes one tensor and gives one, such as a residual block. It leaves its input as it is. */
export abstract class Block extends Module {
  override call(input: Tensor): Tensor {
    return runner === null ? this.plainCall(input) : runner.run(this, input);
  }

  /** The call without what `runBlocks` makes of it. */
  plainCall(input: Tensor): Tensor {
    return super.call(input);
  }
}

/** A block that was run without keeping its inside. */
interface Segment {
  readonly block: Block;
  /** The block's input, in the graph before it. */
  readonly input: Tensor;
  /** Whose output that is; null for what no block made. */
  readonly before: Segment | null;
  /** The block's output: a leaf, whose gradient the rest of the network gives. */
  readonly output: Tensor;
  /** LibTorch's generators when the block ran, so that dropout leaves out the same units again. */
  readonly restoreGenerators: () => void;
}

/**
 * Runs a network so that of its blocks only inputs and outputs are kept. After the loss has gone backward, `backward` makes each
 * block's inside again, last block first, and goes backward through it: the gradients are those that would have been, bit for bit.
 *
 * A pass backward ends at the outputs of blocks, so `backward` must follow it. Batch normalization counts a batch once.
 */
export class RecomputedBlocks implements BlockRunner {
  readonly #scope = presentScope();
  readonly #inPrecision: (forward: () => Tensor) => Tensor;
  readonly #segments: Segment[] = [];

  /** @param inPrecision runs a function as the network is run, such as within `autocast` */
  constructor(inPrecision: (forward: () => Tensor) => Tensor = (forward) => forward()) {
    this.#inPrecision = inPrecision;
  }

  /** Runs `forward`, with gradients to come; blocks inside keep nothing. In the scope in which this was made, or one inside it. */
  record<T>(forward: () => T): T {
    return runBlocks(this, forward);
  }

  run(block: Block, input: Tensor): Tensor {
    const trained = input.requiresGrad || block.parameters().some(({ requiresGrad }) => requiresGrad);
    if (!trained) return block.plainCall(input);
    const restoreGenerators = generatorsAt(input.device);
    const made = noGrad(() => runBlocks(plainly, () => block.plainCall(input)));
    const last = this.#segments.at(-1);
    const before = last?.output === input ? last : null;
    // What outlives the scopes of the modules around belongs to the scope of the whole step.
    const segment = madeIn(this.#scope, (): Segment => {
      const output = made.detach().requiresGrad_();
      return { block, input: before === null ? input.alias() : input, before, output, restoreGenerators };
    });
    this.#segments.push(segment);
    return segment.output;
  }

  /** From the gradients of the blocks' outputs to those of parameters, and of what came before the blocks. */
  backward(): void {
    const [latest] = this.#segments;
    const restoreAfter = latest === undefined ? () => undefined : generatorsAt(latest.input.device);
    let after: Segment | undefined;
    for (const segment of this.#segments.splice(0).reverse()) {
      scoped(() => this.#unroll(segment));
      // Nobody but the block after it has seen this output.
      if (after?.before === segment) segment.output.dispose();
      if (segment.before === null) segment.input.dispose();
      after = segment;
    }
    restoreAfter();
  }

  #unroll({ block, input, before, output, restoreGenerators }: Segment): void {
    const gradient = output.grad;
    if (gradient === null) return; // the loss does not depend on it
    restoreGenerators();
    const x = input.detach().requiresGrad_(input.requiresGrad);
    const y = this.#inPrecision(() =>
      keepRunningStatistics(block, () => runBlocks(plainly, () => block.plainCall(x))),
    );
    y.backward({ gradient });
    const slope = x.grad;
    if (slope === null) return;
    if (before === null) input.backward({ gradient: slope });
    else {
      const sofar = before.output.grad;
      before.output.setGrad(sofar === null ? slope : sofar.add(slope));
    }
  }
}

/** Blocks within blocks are part of the outer one. */
const plainly: BlockRunner = { run: (block, input) => block.plainCall(input) };

/** LibTorch's generators as they are now: called, they are so again. */
export function generatorsAt(device: Device): () => void {
  const [cpu, own] = [getRngState(), device === 'cpu' ? null : getRngState(device)];
  return () => {
    setRngState(cpu);
    if (own !== null) setRngState(own, device);
  };
}
