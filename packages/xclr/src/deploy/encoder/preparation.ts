// How an encoder's images are prepared, as data: another process can do it without the encoder and without LibTorch.
import { decodeBytes } from '../../data/decode/decode.js';
import type { ImageBytes, ValueRange } from '../../data/decode/image-bytes.js';
import type { ImageSize } from '../../data/decode/image-size.js';
import type { PreparedImage } from './prepared-image.js';
import { Preprocessor } from './preprocessor.js';

/** What is done to an image before the encoder sees it. */
export type Preparation =
  /** Decoded at a size; the encoder cuts its view from the pixels. */
  | { readonly kind: 'decoded'; readonly size: ImageSize; readonly range?: ValueRange | undefined }
  /** As a preprocessor_config.json says. */
  | {
      readonly kind: 'preprocessor';
      readonly config: unknown;
      readonly where: string;
      readonly range?: ValueRange | undefined;
    };

/** A function that prepares images so. */
export function preparer(
  preparation: Preparation,
): (image: ImageBytes, limitPixels: number) => Promise<PreparedImage> {
  if (preparation.kind === 'decoded') {
    const { size } = preparation;
    return (image, limitPixels) => decodeBytes(image, size, limitPixels);
  }
  const preprocessor = new Preprocessor(preparation.config, preparation.where);
  return (image, limitPixels) => preprocessor.prepare(image, limitPixels);
}
