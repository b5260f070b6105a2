// Which τ_s suits these captions: how much of the target lies on the true positives as a function of it.
import { scoped, tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { permutation } from '../util/random.js';
import type { SimilarityGraph } from './similarity-graph.js';
import type { RowsOfSamples } from './text-graph.js';

/** What a calibration aims at, and on how many samples. */
export interface CalibrationOptions {
  /** Samples in a batch (each gives two views). */
  batch: number;
  /** Wanted fraction of the target on views with the same caption (of one sample or of several), in (0, 1). */
  sameCaptionMass?: number;
  /** Each view keeps its so many most similar views of a batch (keepTopK); null keeps all. */
  topK?: number | null;
  /** Decides which samples are looked at. */
  seed?: number;
}

/** A proposed temperature τ_s, and what the targets look like with it. */
export interface Calibration {
  /** μ: mean cosine of two different samples. */
  meanOffPositive: number;
  /** The proposed τ_s, rounded to three digits. */
  targetTemperature: number;
  /** What it gives, as means over anchors. */
  sameCaptionMass: number;
  /** Fraction on the other view alone: what training logs. Equal to sameCaptionMass where no captions repeat. */
  positiveMass: number;
  /** In nats. */
  targetEntropy: number;
  /** The same at other τ_s, for a chart. */
  curve: readonly ({ targetTemperature: number } & Targets)[];
}

interface Targets {
  sameCaptionMass: number;
  positiveMass: number;
  targetEntropy: number;
}

/** Cosines from here on are of the same caption, but for rounding. */
const SAME = 0.9999;
const ANCHORS = 192;
const OTHERS = 1024;
/** Where τ_s is looked for: below it a float32 softmax is one-hot, above it uniform for cosines. */
export const temperatureRange = { lowest: 0.005, highest: 2 } as const;

/** (anchors, others) cosines of randomly chosen different samples. */
function sampleCosines({ vectors, dimensions, rowOf }: RowsOfSamples, seed: number): Float32Array[] {
  const order = permutation(rowOf.length, seed, 0x7a75);
  const gather = (samples: Int32Array) => {
    const values = new Float32Array(samples.length * dimensions);
    for (const [i, sample] of samples.entries()) {
      const from = rowOf[sample]! * dimensions;
      values.set(vectors.subarray(from, from + dimensions), i * dimensions);
    }
    return tensor(values, { shape: [samples.length, dimensions] });
  };
  const others = order.slice(0, OTHERS);
  const cosines = new Float32Array(Math.min(ANCHORS, others.length) * others.length);
  scoped(() => {
    const anchors = gather(order.slice(0, ANCHORS)); // (a, d)
    anchors.matmul(gather(others).t()).copyTo(cosines); // (a, o)
  });
  return Array.from({ length: cosines.length / others.length }, (_, a) => {
    const row = cosines.subarray(a * others.length, (a + 1) * others.length);
    return Float32Array.from([...row.subarray(0, a), ...row.subarray(a + 1)]); // not the sample itself
  });
}

/**
 * Means over anchors. An anchor's 2b − 2 views of other samples weigh like (2b − 2) times the mean over the sampled
 * cosines of exp((cosine − 1) / τ_s), against 1 for the other view of its own sample.
 */
function targetsAt(cosines: readonly Float32Array[], temperature: number, batch: number): Targets {
  let same = 0;
  let mass = 0;
  let entropy = 0;
  for (const row of cosines) {
    let weights = 0;
    let duplicates = 0;
    let logs = 0; // Σ w ln w
    for (const cosine of row) {
      if (cosine === Number.NEGATIVE_INFINITY) continue; // never similar: no weight, and 0 · −∞ is no number
      const log = cosine >= SAME ? 0 : (cosine - 1) / temperature;
      const weight = Math.exp(log);
      weights += weight;
      logs += weight * log;
      if (cosine >= SAME) duplicates++;
    }
    const scale = (2 * batch - 2) / row.length;
    const total = 1 + scale * weights;
    same += (1 + scale * duplicates) / total;
    mass += 1 / total;
    entropy += Math.log(total) - (scale * logs) / total;
  }
  const anchors = cosines.length;
  return { sameCaptionMass: same / anchors, positiveMass: mass / anchors, targetEntropy: entropy / anchors };
}

/**
 * Proposes τ_s for vectors and a batch size, so that the wanted fraction of the target lies on the true positives (views
 * with the very same caption) and the rest on what the captions say is more or less similar. At the default, half.
 * Images that share a caption count as positives, because no τ_s can distinguish them from the other view.
 */
export function calibrate(rows: RowsOfSamples, options: CalibrationOptions): Calibration {
  return calibrateOn(rows.rowOf.length, options, (seed) => sampleCosines(rows, seed));
}

/** The same for any graph, on the similarities it gives of some of `samples` (places in the data set). */
export function calibrateGraph(
  graph: Pick<SimilarityGraph, 'similarities'>,
  samples: Int32Array,
  options: CalibrationOptions,
): Calibration {
  return calibrateOn(samples.length, options, (seed) => {
    const order = permutation(samples.length, seed, 0x7a75).slice(0, OTHERS);
    const n = order.length;
    const values = new Float32Array(n * n);
    const ids = order.map((place) => samples[place]!);
    scoped(() => graph.similarities(ids).to({ device: 'cpu' }).copyTo(values)); // (n, n)
    return Array.from({ length: Math.min(ANCHORS, n) }, (_, a) => {
      const row = values.subarray(a * n, (a + 1) * n);
      return Float32Array.from([...row.subarray(0, a), ...row.subarray(a + 1)]); // not the sample itself
    });
  });
}

function calibrateOn(
  samples: number,
  { batch, sameCaptionMass = 0.5, topK = null, seed = 0 }: CalibrationOptions,
  cosinesOf: (seed: number) => Float32Array[],
): Calibration {
  if (!(sameCaptionMass > 0 && sameCaptionMass < 1)) {
    throw new UserError(`calibrate: sameCaptionMass must lie between 0 and 1, got ${sameCaptionMass}`);
  }
  if (!(Number.isInteger(batch) && batch >= 2)) {
    throw new UserError(`calibrate: batch must be a whole number of at least 2, got ${batch}`);
  }
  if (samples < 2) {
    throw new UserError(`calibrate: at least two samples are needed, got ${samples}`);
  }
  const all = cosinesOf(seed);
  const cosines = topK === null ? all : all.map((row) => keptInBatch(row, topK, batch));
  let low = Math.log(temperatureRange.lowest);
  let high = Math.log(temperatureRange.highest);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (targetsAt(cosines, Math.exp(middle), batch).sameCaptionMass > sameCaptionMass) low = middle;
    else high = middle;
  }
  const targetTemperature = Number(Math.exp((low + high) / 2).toPrecision(3));
  const temperatures = [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.5, 1];
  return {
    meanOffPositive: meanOffPositive(all),
    targetTemperature,
    ...targetsAt(cosines, targetTemperature, batch),
    curve: temperatures.map((t) => ({ targetTemperature: t, ...targetsAt(cosines, t, batch) })),
  };
}

/** One place of the k is the other view's; the rest keep that fraction of the sampled row which they are of a batch. */
function keptInBatch(row: Float32Array, k: number, batch: number): Float32Array {
  const kept = Math.min(row.length, Math.round((row.length * Math.max(0, k - 1)) / (2 * batch - 2)));
  const least = kept === 0 ? Number.POSITIVE_INFINITY : row.toSorted()[row.length - kept]!;
  return row.map((cosine) => (cosine >= least ? cosine : Number.NEGATIVE_INFINITY));
}

function meanOffPositive(cosines: readonly Float32Array[]): number {
  let sum = 0;
  let count = 0;
  for (const row of cosines) {
    for (const cosine of row) {
      if (cosine === Number.NEGATIVE_INFINITY) continue;
      sum += cosine;
      count++;
    }
  }
  return sum / count;
}
