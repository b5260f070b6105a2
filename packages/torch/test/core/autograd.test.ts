// Gradients, grad mode, autocast, random state.
import { describe, expect, it } from 'vitest';
import {
  autocast,
  buildInfo,
  clearGradients,
  getNumThreads,
  getRngState,
  grad,
  gradientsOf,
  manualSeed,
  noGrad,
  ones,
  rand,
  scalarWithGradients,
  scoped,
  setNumThreads,
  setRngState,
  tensor,
} from '../../src/index.js';
import { native } from '../../src/native.js';

const scopedIt = (name: string, test: () => void) => it(name, () => scoped(test));

describe('backward and grad', () => {
  scopedIt('accumulate in leaves, or give gradients without touching them', () => {
    const x = tensor([1, 2, 3]).requiresGrad_();
    x.mul(x).sum().backward();
    x.mul(x).sum().backward();
    expect(x.grad?.toNumbers()).toEqual([4, 8, 12]);
    clearGradients([x]);
    expect(x.grad).toBeNull();
    const unused = tensor([1]).requiresGrad_();
    const [dx, none] = grad([x.mul(x).sum()], [x, unused]);
    expect([dx?.toNumbers(), none, x.grad]).toEqual([[2, 4, 6], null, null]);
  });

  scopedIt('take a gradient for what is no scalar, and keep the graph when asked', () => {
    const x = tensor([1, 2]).requiresGrad_();
    const y = x.mul(3);
    y.backward({ gradient: tensor([1, 10]), retainGraph: true });
    y.backward({ gradient: tensor([1, 10]) });
    expect(gradientsOf([x])[0]?.toNumbers()).toEqual([6, 60]);
    expect(() => x.mul(3).backward()).toThrow(/scalar/);
  });

  scopedIt('go through again with createGraph', () => {
    const x = tensor(2).requiresGrad_();
    const [first] = grad([x.pow(3)], [x], { createGraph: true });
    const [second] = grad([first!], [x]);
    expect([first!.item(), second!.item()]).toEqual([12, 12]);
  });
});

describe('scalarWithGradients', () => {
  scopedIt('has the value and the gradients it was given, scaled by what comes from above', () => {
    const x = tensor([1, 2]).requiresGrad_();
    const y = tensor([3]).requiresGrad_();
    const loss = scalarWithGradients(tensor(7), [x, y], [tensor([0.5, -1]), tensor([2])]);
    expect(loss.item()).toBe(7);
    loss.mul(10).backward();
    expect([x.grad?.toNumbers(), y.grad?.toNumbers()]).toEqual([[5, -10], [20]]);
  });

  scopedIt('flows on into what the inputs were made from', () => {
    const x = tensor([1, 2]).requiresGrad_();
    scalarWithGradients(tensor(0), [x.mul(4)], [tensor([1, 1])]).backward();
    expect(x.grad?.toNumbers()).toEqual([4, 4]);
  });

  scopedIt('refuses gradients that do not fit', () => {
    const x = tensor([1, 2]).requiresGrad_();
    expect(() => scalarWithGradients(tensor(0), [x], [tensor([1])])).toThrow(
      /gradient 0 must have its input's shape/,
    );
    expect(() => scalarWithGradients(tensor(0), [x], [])).toThrow(/1 inputs need as many gradients, got 0/);
    expect(() => scalarWithGradients(tensor([0, 1]), [x], [x])).toThrow(/one element/);
  });
});

describe('states of the thread', () => {
  scopedIt('end with their closures, when these throw too', () => {
    const x = ones([2, 2]).requiresGrad_();
    expect(noGrad(() => x.add(1)).requiresGrad).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new Error('on purpose');
      }),
    ).toThrow();
    expect(x.add(1).requiresGrad).toBe(true);
    expect(autocast('cpu', 'bfloat16', () => x.matmul(x)).dtype).toBe('bfloat16');
    expect(x.matmul(x).dtype).toBe('float32');
    expect(() => autocast('cpu', 'float16', () => x)).toThrow(/bfloat16/);
    expect(() => noGrad((async () => 1) as unknown as () => number)).toThrow(/synchronous/);
  });

  scopedIt('random numbers repeat from a seed and from a stored state', () => {
    manualSeed(5);
    const first = rand([4]).toNumbers();
    const state = getRngState();
    const second = rand([4]).toNumbers();
    setRngState(state);
    expect(rand([4]).toNumbers()).toEqual(second);
    manualSeed(5);
    expect(rand([4]).toNumbers()).toEqual(first);
  });

  it('threads are set, and nonsense is refused', () => {
    const before = getNumThreads();
    setNumThreads(2);
    expect(getNumThreads()).toBe(2);
    expect(native.ownThreads(), 'the addon’s own operators').toBe(2);
    setNumThreads(before);
    expect(() => setNumThreads(0)).toThrow(/positive integer, got 0/);
    expect(buildInfo().builtFor).toMatch(/^\d+\.\d+/);
  });
});
