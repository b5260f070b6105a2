// What a batch in chunks does to batch normalization, told before the first step.
import type { TrainConfig } from './config.js';

/** @param layers batch normalizations of the model; null where nothing changes */
export function chunkNotice(
  { chunkSize, batchSize }: Pick<TrainConfig, 'chunkSize' | 'batchSize'>,
  layers: number,
): string | null {
  if (chunkSize === null || chunkSize >= batchSize || layers === 0) return null;
  return (
    `warning: --chunk-size ${chunkSize}: the ${batchSize.toLocaleString('en')} images of a batch are compared as a whole, but batch normalization ` +
    `(${layers} layers) takes its statistics over ${chunkSize} images at a time\n` +
    '  → an encoder without it (vit) with --projector-layers 1 is trained exactly as without chunks'
  );
}
