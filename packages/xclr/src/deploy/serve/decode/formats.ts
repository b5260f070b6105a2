// Which image files a server decodes, told by their first bytes: names and content types are only what a client says.

/** Formats that uploads may have. */
export type UploadFormat = 'JPEG' | 'PNG' | 'WebP' | 'AVIF' | 'GIF' | 'TIFF';

/** For messages and documents. */
export const uploadFormats = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0): boolean =>
  bytes.length >= at + start.length && start.every((value, i) => bytes[at + i] === value);

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  Array.from(bytes.subarray(from, from + length), (byte) => String.fromCharCode(byte)).join('');

/** Brands of an ISO base media file: the major one, then those that it is compatible with. */
function brandsOf(bytes: Uint8Array): string[] {
  if (ascii(bytes, 4, 4) !== 'ftyp') return [];
  const length = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  const end = Math.min(bytes.length, length, 256);
  const brands = end < 12 ? [] : [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, 4));
  return brands;
}

/** HEVC and VVC images share AVIF's container; other codecs would decode them. */
const otherCodecs = /^(hei|hev|vvi|evb|j2k|jpe)/;

function isAvif(brands: readonly string[]): boolean {
  const avif = brands.some((brand) => brand === 'avif' || brand === 'avis');
  return avif && !brands.some((brand) => otherCodecs.test(brand));
}

/** The format that a file begins as; undefined for all that is not decoded. */
export function uploadFormat(bytes: Uint8Array): UploadFormat | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'JPEG';
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'PNG';
  if (['GIF87a', 'GIF89a'].includes(ascii(bytes, 0, 6))) return 'GIF';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'WebP';
  const version = [
    [0x49, 0x49, 0x2a, 0],
    [0x4d, 0x4d, 0, 0x2a],
    [0x49, 0x49, 0x2b, 0],
    [0x4d, 0x4d, 0, 0x2b],
  ];
  if (version.some((start) => startsWith(bytes, start))) return 'TIFF';
  return isAvif(brandsOf(bytes)) ? 'AVIF' : undefined;
}

/** What a file that is refused seems to be, for its sender. */
export function describeContent(bytes: Uint8Array): string {
  const start = ascii(bytes, 0, 256)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  const [brand = ''] = brandsOf(bytes);
  if (/^(hei|hev|mif1|msf1)/.test(brand)) return 'a HEIC file';
  if (start.startsWith('%PDF')) return 'a PDF file';
  if (/^<(\?xml|svg|!doctype svg)/i.test(start)) return 'an SVG or XML file';
  if (/^<(!doctype )?html/i.test(start)) return 'an HTML page';
  if (start.startsWith('BM')) return 'a BMP file';
  if (startsWith(bytes, [0xff, 0x0a]) || ascii(bytes, 4, 4) === 'JXL ') return 'a JPEG XL file';
  if (ascii(bytes, 4, 4) === 'jP  ') return 'a JPEG 2000 file';
  if (/^P[1-7f]\s/i.test(start)) return 'a PNM file';
  if (startsWith(bytes, [0x1f, 0x8b])) return 'a gzip file';
  if (start.startsWith('PK')) return 'a zip file';
  return 'something else';
}
