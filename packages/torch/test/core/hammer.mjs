// What each thread of threads.test.ts does: makes, checks and frees tensors, and trains a little, for a number of rounds.
// Runs from dist/, since worker threads cannot load TypeScript.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { full, liveTensors, nn, ones, optim, scoped, setNumThreads, tensor } from '../../dist/index.js';

/** Every value says whose it is, so a tensor of another thread behind a handle shows at once. */
export function hammer(thread, rounds) {
  setNumThreads(1);
  const before = liveTensors();
  const weight = train(thread);
  for (let round = 0; round < rounds; round++) {
    scoped(() => {
      const held = Array.from({ length: 50 }, (_, i) => full([1 + (i % 7)], 1000 * thread + i)); // (1 … 7)
      for (let i = 0; i < held.length; i += 3) held[i].dispose();
      held.forEach((one, i) => {
        if (i % 3 === 0) return;
        const value = one.add(ones([1])).toNumbers();
        const expected = 1000 * thread + i + 1;
        if (value.length !== 1 + (i % 7) || value.some((number) => number !== expected))
          throw new Error(`thread ${thread}, round ${round}: expected ${expected}, got ${value}`);
      });
    });
  }
  return { weight, leaked: liveTensors() - before };
}

/** A few steps of least squares, whose answer does not depend on what other threads do. @returns the weight */
function train(thread) {
  const model = new nn.Linear(1, 1, { bias: false });
  const optimizer = new optim.SGD({ params: model.parameters() }, { lr: 0.1 });
  scoped(() => {
    const x = tensor([[1], [2]]); // (2, 1)
    const y = tensor([[thread], [2 * thread]]); // (2, 1)
    for (let step = 0; step < 200; step++) {
      scoped(() => {
        optimizer.zeroGrad();
        model.call(x).sub(y).square().mean().backward();
        optimizer.step();
      });
    }
  });
  const weight = model.weight.item();
  optimizer[Symbol.dispose]();
  model.dispose();
  return weight;
}

if (!isMainThread) {
  const { thread, rounds, abandon } = workerData;
  const result = hammer(thread, rounds);
  if (abandon) globalThis.abandoned = Array.from({ length: 100 }, () => ones([1000])); // (1000): nobody frees them
  parentPort.postMessage(result);
}
