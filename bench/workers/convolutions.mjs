// A side of the benchmark of convolutions: milliseconds of one part, in training's layout and types.
import {
  autocast,
  fastConv2d,
  keep,
  manualSeed,
  randn,
  scoped,
  setNumThreads,
} from '../../packages/torch/dist/index.js';
import { answerLines } from '../lib/lines.mjs';

setNumThreads(Number(process.argv[2]));
let given = null;

function make({ images, channels, size, outputs, kernel, stride, precision }) {
  for (const one of given === null ? [] : [given.input, given.weight, given.gradient]) one.dispose();
  manualSeed(0);
  const filled = (dtype, ...shape) =>
    keep(scoped(() => randn(shape).to({ memoryFormat: 'channels_last', dtype })));
  const extent = Math.floor((size - 1) / stride) + 1; // with a padding of half the kernel
  given = {
    input: filled(precision, images, channels, size, size),
    // As in training, where autocast rounds the weights or our own operator does.
    weight: filled('float32', outputs, channels, kernel, kernel),
    gradient: filled(precision, images, outputs, extent, extent),
    options: { stride, padding: kernel >> 1 },
    precision,
  };
}

function forward() {
  const { input, weight, options, precision } = given;
  const compute = () => fastConv2d(input, weight, options); // (images, outputs, extent, extent)
  return precision === 'bfloat16' ? autocast('cpu', 'bfloat16', compute) : compute();
}

/** Milliseconds of one call. */
function once(part) {
  const { input, weight, gradient } = given;
  input.requiresGrad_(part === 'inputGradient');
  weight.requiresGrad_(part === 'weightGradient');
  return scoped(() => {
    const began = performance.now();
    const output = forward();
    if (part === 'forward') return performance.now() - began;
    const ready = performance.now();
    output.backward({ gradient });
    const spent = performance.now() - ready;
    input.setGrad(null);
    weight.setGrad(null);
    return spent;
  });
}

await answerLines(({ make: setup, part, times }) => {
  if (setup !== undefined) {
    make(setup);
    return {};
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) least = Math.min(least, once(part));
  return { milliseconds: least };
});
