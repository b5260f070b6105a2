// PNG files without what is no image: compressed text would be unpacked by the decoder, whatever its size.

/** Chunks that say how pixels look, and how they are turned. Text, times, histograms and private chunks are left out. */
const kept = new Set('IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP eXIf pHYs bKGD'.split(' '));

/** Color profiles and EXIF blocks larger than this are left out, too; real ones are some kilobytes. */
const largestAncillary = 2 ** 20;

const signature = 8;

/** The bytes of a PNG file with the chunks that its image needs. What is cut off or damaged stays so, for the decoder to refuse. */
export function imageChunks(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts: Uint8Array[] = [];
  let from = 0; // of what is kept in one piece
  let at = signature;
  let dropped = false;
  while (at + 12 <= png.length) {
    const length = view.getUint32(at);
    const type = Array.from(png.subarray(at + 4, at + 8), (byte) => String.fromCharCode(byte)).join('');
    const end = Math.min(png.length, at + 12 + length);
    const image = type === 'IHDR' || type === 'PLTE' || type === 'IDAT' || type === 'IEND';
    if (!kept.has(type) || (!image && length > largestAncillary)) {
      if (at > from) parts.push(png.subarray(from, at));
      from = end;
      dropped = true;
    }
    at = end;
    if (type === 'IEND') break; // what follows is no part of the image
  }
  if (!dropped && at === png.length) return png;
  const last = at + 12 <= png.length || at === png.length ? at : png.length;
  if (last > from) parts.push(png.subarray(from, last));
  return Buffer.concat(parts);
}
