// At which size decoded images are kept.
import type { TrainConfig } from './config.js';

/** Side in pixels of decoded images: a third larger than the views cut from them, so that crops keep detail. */
export function viewSourceSize({ source, size }: TrainConfig['views']): number {
  return source === 'auto' ? Math.ceil((size * 4) / 3) : source;
}
