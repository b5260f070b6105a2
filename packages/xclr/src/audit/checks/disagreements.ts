// Likely label errors: images whose learned neighbors have captions that differ from their own.

import { tensor } from '@xclr/torch';
import { type FeatureSet, forEachSimilarityRow, nearest } from '../../evaluate/index.js';
import { type Audited, examplesKept, type Finding } from '../finding.js';

/** Learned neighbors asked about each image. */
const k = 10;
/** Robust deviations (1.4826 × median absolute deviation) above the median that count as far out. */
const far = 4;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function cosine({ vectors, dimensions, rowOf }: Audited['captions'], a: number, b: number): number {
  const [from, to] = [rowOf[a]! * dimensions, rowOf[b]! * dimensions];
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += vectors[from + d]! * vectors[to + d]!;
  return sum;
}

/**
 * An image disagrees with its caption when the captions of its 10 nearest images agree among themselves far more
 * than with its own (mean cosines; how much more is measured against what is usual in these data). Needs a trained encoder; one trained on
 * the faulty captions still shows most faults, for it learns what most captions say.
 * @param features unit rows of the images to check, from the encoder
 */
export function disagreements({ dataset, captions }: Audited, features: FeatureSet): Finding {
  const { rows, indices } = features;
  const all = Int32Array.from(indices.keys());
  const gaps: number[] = [];
  const neighbors: number[][] = [];
  using held = tensor(Float32Array.from(rows.toArray() as Float32Array), { shape: rows.shape }); // (n, d)
  forEachSimilarityRow(held, all, all, (row, query) => {
    const near = Array.from(nearest(row, k, query).positions, (place) => indices[place]!);
    neighbors.push(near);
    const own = near.reduce((sum, other) => sum + cosine(captions, indices[query]!, other), 0) / near.length;
    let sum = 0;
    let pairs = 0;
    near.forEach((a, i) => {
      for (const b of near.slice(i + 1)) {
        sum += cosine(captions, a, b);
        pairs++;
      }
    });
    gaps.push(pairs === 0 ? 0 : sum / pairs - own);
  });
  const usual = median(gaps);
  const spread = 1.4826 * median(gaps.map((gap) => Math.abs(gap - usual))) || 1e-6;
  const found = [...all]
    .filter((i) => gaps[i]! > usual + far * spread)
    .sort((a, b) => gaps[b]! - gaps[a]! || a - b);
  return {
    kind: 'disagreements',
    title: 'Images that do not match their caption',
    count: found.length,
    unit: 'image',
    why: 'Their nearest images have different captions that agree with each other. Most of these are wrong captions or labels.',
    remedy: 'Check the worst of them, correct them or leave them out, then train and audit again.',
    examples: found.slice(0, examplesKept).map((i) => ({
      text: `"${dataset.samples[indices[i]!]!.captions[0]}" lies among "${dataset.samples[neighbors[i]![0]!]!.captions[0]}"`,
      samples: [indices[i]!, ...neighbors[i]!.slice(0, 3)],
      score: gaps[i]!,
    })),
    exclude: found.map((i) => indices[i]!),
  };
}
