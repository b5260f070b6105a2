// The decoding itself, wherever it happens: in a process of its own, or in this one.
import sharp from 'sharp';
import { encodedImage, readImage } from '../../../data/decode/read.js';
import { to8Bits } from '../../../data/decode/value-range.js';
import { preparer } from '../../encoder/preparation.js';
import type { PreparedImage } from '../../encoder/prepared-image.js';
import { uploadFormat } from './formats.js';
import { imageChunks } from './png-chunks.js';
import type { DecodeAnswer, DecodeJob, DecoderStart } from './protocol.js';

/** Longer side of a thumbnail, in pixels: twice what the page shows, for dense screens. */
const side = 320;

/** Bytes of an upload as the decoder may see them. */
export function safeBytes(bytes: Uint8Array): Uint8Array {
  return uploadFormat(bytes) === 'PNG' ? imageChunks(bytes) : bytes;
}

async function thumbnail(
  job: Extract<DecodeJob, { kind: 'thumbnail' }>,
  limitInputPixels: number,
): Promise<Uint8Array> {
  const { bytes, raw } = await to8Bits(readImage(job.image), limitInputPixels);
  return sharp(bytes, { limitInputPixels, autoOrient: true, ...(raw && { raw }) })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}

/** A function that does jobs, and never rejects. */
export function decoderOf({
  preparation,
  limitPixels,
}: DecoderStart): (job: DecodeJob) => Promise<DecodeAnswer> {
  const prepare = preparation && preparer(preparation);
  const range = preparation?.range;
  return async (job) => {
    try {
      if (job.kind === 'thumbnail') return { kind: 'thumbnail', webp: await thumbnail(job, limitPixels) };
      if (prepare === null) throw new Error('this decoder was made for thumbnails only');
      const image: PreparedImage = await prepare(
        encodedImage(safeBytes(job.bytes), limitPixels, range),
        limitPixels,
      );
      return { kind: 'prepared', image };
    } catch (error) {
      return { kind: 'failed', reason: (error as Error).message.replace(/\s+/g, ' ').trim() };
    }
  };
}
