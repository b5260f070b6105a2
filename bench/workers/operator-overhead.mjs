// Our side of the operator-overhead benchmark: microseconds a call of small operators, scope included.
import { add, buildInfo, conv2d, keep, ones, scoped, setNumThreads } from '@xclr/torch';
import { answerLines } from '../lib/lines.mjs';

setNumThreads(1);
const [a, b, x, w] = [[4], [4], [1, 4, 4, 4], [4, 4, 1, 1]].map((shape) => keep(ones(shape)));

const calls = {
  add: () => add(a, b),
  add_: () => a.add_(b, { alpha: 0 }),
  relu: () => a.relu(),
  'sum of a dimension': () => x.sum(1, { keepdim: true }),
  'conv2d 1×1': () => conv2d(x, w),
};

await answerLines(({ call, count }) => {
  const run = calls[call];
  const began = performance.now();
  // A scope for every ten calls, about what a module holds.
  for (let i = 0; i < count; i += 10) {
    scoped(() => {
      for (let k = 0; k < 10; k++) run();
    });
  }
  return { microseconds: ((performance.now() - began) / count) * 1000, version: buildInfo().builtFor };
});
