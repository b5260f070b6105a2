// Ranges of a network's values, measured on images, for int8 quantization.

import type { Graph } from '../../util/onnx/graph.js';
import { modelBytes } from '../../util/onnx/model-file.js';
import { loadOnnxruntime } from '../../util/onnxruntime.js';
import type { ValueRange } from './quantize.js';
import { inputName } from './record-network.js';

/** Bins of the histogram between the smallest and the largest value. */
const bins = 2048;
/** Fractions of the full range that are tried as the range to keep. */
const kept = Array.from({ length: 61 }, (_, i) => 0.4 + 0.01 * i);

interface Seen {
  low: number;
  high: number;
  counts: Float64Array;
}

/**
 * Two passes over the images: extremes, then histograms. Of the ranges that keep part of the extremes it takes the
 * one with the least squared error of 8-bit rounding: a few outliers must not cost the others their precision.
 * @param batches images (b, 3, h, w) as the network takes them
 */
export async function calibrate(
  graph: Graph,
  values: readonly string[],
  batches: readonly { pixels: Float32Array; dims: readonly number[] }[],
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Map<string, ValueRange>> {
  if (values.length === 0) return new Map();
  const inner = values.filter((name) => name !== inputName);
  const asked = [...inner, graph.outputs[0]!.name];
  const outputs = inner.map((name) => ({ name, type: 'float32' as const }));
  const { InferenceSession, Tensor } = await loadOnnxruntime();
  const session = await InferenceSession.create(
    Buffer.concat(
      modelBytes({ ...graph, outputs: [...graph.outputs, ...outputs] }, { producer: 'xclr', version: '' }),
    ),
    { logSeverityLevel: 3, graphOptimizationLevel: 'basic' },
  );
  const seen = new Map<string, Seen>();
  for (const name of values) seen.set(name, { low: 0, high: 0, counts: new Float64Array(bins) });
  let done = 0;
  const pass = async (look: (seen: Seen, data: Float32Array) => void) => {
    for (const { pixels, dims } of batches) {
      const results = await session.run({ [inputName]: new Tensor('float32', pixels, dims) }, asked);
      for (const name of values)
        look(seen.get(name)!, name === inputName ? pixels : (results[name]!.data as Float32Array));
      onProgress(++done, 2 * batches.length);
    }
  };
  try {
    await pass(widen);
    await pass(count);
  } finally {
    await session.release();
  }
  return new Map([...seen].map(([name, one]) => [name, leastError(one)]));
}

function widen(seen: Seen, data: Float32Array): void {
  let { low, high } = seen;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  seen.low = low;
  seen.high = high;
}

function count({ low, high, counts }: Seen, data: Float32Array): void {
  const perBin = bins / Math.max(high - low, 1e-12);
  for (let i = 0; i < data.length; i++) counts[Math.min(bins - 1, Math.floor((data[i]! - low) * perBin))]!++;
}

/** Ends are drawn in together; rounding costs step² / 12 a value inside, and the whole distance outside. */
function leastError({ low, high, counts }: Seen): ValueRange {
  const width = (high - low) / bins;
  let best = { low, high };
  let least = Number.POSITIVE_INFINITY;
  for (const fraction of kept) {
    const range = { low: low * fraction, high: high * fraction };
    const step = (range.high - range.low) / 255;
    let error = 0;
    for (let bin = 0; bin < bins; bin++) {
      const value = low + (bin + 0.5) * width;
      const outside = Math.max(0, range.low - value, value - range.high);
      error += counts[bin]! * (outside > 0 ? outside ** 2 : step ** 2 / 12);
    }
    if (error < least) {
      least = error;
      best = range;
    }
  }
  return best;
}
