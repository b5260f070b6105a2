// PNGs with color profiles of any kind, made byte by byte: no library converts the numbers on the way.
import { crc32, deflateSync } from 'node:zlib';

const fixed = (value: number) => Math.round(value * 65536);

/** An ICC profile (version 2.4) with a gamma curve, and primaries where it is of colors. https://www.color.org/icc32.pdf */
function profile(gamma: number, primaries: readonly (readonly [number, number, number])[]): Buffer {
  const xyz = ([x, y, z]: readonly [number, number, number]) => {
    const bytes = Buffer.alloc(20);
    bytes.write('XYZ ', 0, 'latin1');
    for (const [i, value] of [x, y, z].entries()) bytes.writeInt32BE(fixed(value), 8 + 4 * i);
    return bytes;
  };
  const curve = () => {
    const bytes = Buffer.alloc(16);
    bytes.write('curv', 0, 'latin1');
    bytes.writeUInt32BE(1, 8);
    bytes.writeUInt16BE(Math.round(gamma * 256), 12);
    return bytes;
  };
  const description = Buffer.alloc(95);
  description.write('desc', 0, 'latin1');
  description.writeUInt32BE(5, 8);
  description.write('test', 12, 'latin1');
  const copyright = Buffer.alloc(12);
  copyright.write('text', 0, 'latin1');
  const white = [0.9642, 1, 0.8249] as const; // D50
  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', copyright],
    ['wtpt', xyz(white)],
    ...(primaries.length === 0 ? [['kTRC', curve()] as [string, Buffer]] : []),
    ...primaries.flatMap((one, i): [string, Buffer][] => [
      [`${'rgb'[i]}XYZ`, xyz(one)],
      [`${'rgb'[i]}TRC`, curve()],
    ]),
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  let at = 128 + table.length;
  const parts: Buffer[] = [];
  for (const [i, [name, bytes]] of tags.entries()) {
    table.write(name, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(bytes.length, 12 + 12 * i);
    const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
    parts.push(padded);
    at += padded.length;
  }
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x0240_0000, 8);
  head.write(`mntr${primaries.length === 0 ? 'GRAY' : 'RGB '}XYZ `, 12, 'latin1');
  head.write('acsp', 36, 'latin1');
  for (const [i, value] of white.entries()) head.writeInt32BE(fixed(value), 68 + 4 * i);
  return Buffer.concat([head, table, ...parts]);
}

/** Adobe RGB (1998): its primaries adapted to D50, gamma 563/256. */
export const adobeRgb = () =>
  profile(563 / 256, [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
  ]);

export const grayGamma = (gamma: number) => profile(gamma, []);

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** A PNG of 4 × 4 pixels of one color, gray or RGB; of 16 bits, both bytes of a value are the same. */
export function profiledPng(of: {
  readonly color: readonly number[];
  readonly bits: 8 | 16;
  readonly profile: Buffer;
}): Buffer {
  const side = 4;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = of.bits;
  header[9] = of.color.length === 3 ? 2 : 0;
  const pixel = of.bits === 8 ? of.color : of.color.flatMap((level) => [level, level]);
  const row = [0, ...Array.from({ length: side }, () => pixel).flat()];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('iCCP', Buffer.concat([Buffer.from('test\0\0', 'latin1'), deflateSync(of.profile)])),
    chunk('IDAT', deflateSync(Buffer.from(Array.from({ length: side }, () => row).flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
