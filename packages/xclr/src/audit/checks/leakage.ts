// Near-duplicate images in training and in validation or test: held-out results then measure memorization.

import { noGrad, scoped, tensor } from '@xclr/torch';
import { type ImageReader, Loader } from '../../data/index.js';
import { forEachSimilarityRow, nearest } from '../../evaluate/index.js';
import { type Audited, examplesKept, type Finding } from '../finding.js';

/** Cosine of mean-free images from which two are one: above what recompressing, resizing or slight toning does. */
const same = 0.985;
/** Mean-free images with less contrast than this (standard deviation, 0 … 255) are plain: all plain ones are similar. */
const plain = 4;

/** Gray-free, mean-free, unit rows of all readable images: (n, S·S·3), as small squares say them. */
async function signatures(
  store: ImageReader,
  indices: Int32Array,
  onProgress?: (done: number, total: number) => void,
): Promise<{ rows: Float32Array; indices: number[]; width: number }> {
  let width = 0; // of the squares, once the first is there
  const kept: number[] = [];
  const parts: Float32Array[] = [];
  const loader = new Loader(store, {
    indices,
    batchSize: Math.min(256, indices.length),
    order: 'sequential',
  });
  let done = 0;
  for await (const batch of loader.epoch({ epoch: 0 })) {
    batch.indices.forEach((index, i) => {
      const { pixels, channels, ...square } = batch.images[i]!;
      width = square.width * square.height * 3;
      const row = new Float32Array(width);
      let mean = 0;
      for (let p = 0; p < width / 3; p++) {
        for (let c = 0; c < 3; c++) {
          const value = pixels[p * channels + c]!;
          row[p * 3 + c] = value;
          mean += value / width;
        }
      }
      let squares = 0;
      for (let j = 0; j < width; j++) squares += (row[j]! - mean) ** 2;
      if (Math.sqrt(squares / width) < plain) return;
      const scale = 1 / Math.sqrt(squares);
      for (let j = 0; j < width; j++) row[j] = (row[j]! - mean) * scale;
      kept.push(index);
      parts.push(row);
    });
    done += batch.indices.length;
    onProgress?.(done, indices.length);
  }
  const rows = new Float32Array(parts.length * width);
  parts.forEach((part, i) => {
    rows.set(part, i * width);
  });
  return { rows, indices: kept, width };
}

/**
 * Images of the training part that a held-out image nearly equals (cosine of the mean-free small images at least
 * 0.985: the same photograph recompressed, resized, slightly toned; a crop or a mirror image is not found).
 * @param store images at a small size, 16 px or so
 */
export async function leakage(
  { dataset }: Audited,
  store: ImageReader,
  onProgress?: (done: number, total: number) => void,
): Promise<Finding> {
  const named = Int32Array.from(dataset.samples.keys()).filter((i) => dataset.samples[i]!.split !== null);
  const { rows, indices, width } = await signatures(store, named, onProgress);
  const isTraining = (place: number) => dataset.samples[indices[place]!]!.split === 'train';
  const places = Int32Array.from(indices.keys());
  const training = places.filter(isTraining);
  const heldOut = places.filter((place) => !isTraining(place));
  const found: { training: number; heldOut: number; cosine: number }[] = [];
  if (training.length > 0 && heldOut.length > 0) {
    noGrad(() =>
      scoped(() => {
        const features = tensor(rows, { shape: [indices.length, width] }); // (n, S·S·3) unit rows
        forEachSimilarityRow(features, training, heldOut, (row, query) => {
          const { positions, similarities } = nearest(row, 1);
          if (similarities[0]! < same) return;
          const [a, b] = [indices[training[query]!]!, indices[heldOut[positions[0]!]!]!];
          found.push({ training: a, heldOut: b, cosine: similarities[0]! });
        });
      }),
    );
  }
  found.sort((a, b) => b.cosine - a.cosine || a.training - b.training);
  const part = (index: number) => dataset.samples[index]!.split;
  return {
    kind: 'leakage',
    title: 'The same image in the training part and in a held-out part',
    count: found.length,
    unit: 'image',
    why: 'Held-out results are then too good, because the encoder has seen these images.',
    remedy:
      'Leave the copies in the training part out (the list contains them), and split by object or session, not by image (--data-split-by).',
    examples: found.slice(0, examplesKept).map(({ training: a, heldOut: b, cosine }) => ({
      text: `${dataset.samples[a]!.id} (train) and ${dataset.samples[b]!.id} (${part(b)})`,
      samples: [a, b],
      score: cosine,
    })),
    exclude: found.map(({ training: index }) => index),
  };
}
