// Uploads and clients that mean harm, or do it without meaning to.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateSync, crc32 as zlibCrc32 } from 'node:zlib';

/** A PNG chunk. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(zlibCrc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A PNG of one color with further chunks before its pixels. @param side in pixels */
export function pngWith(side: number, color: readonly number[], ...chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: side }, () => Buffer.from(color))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...chunks,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Compressed text that unpacks to so many bytes. */
export function textBomb(bytes: number): Buffer {
  return chunk(
    'zTXt',
    Buffer.concat([Buffer.from('note\0\0', 'latin1'), deflateSync(Buffer.alloc(bytes, 97))]),
  );
}

/** An SVG whose filter keeps a renderer busy, in 200 bytes. */
export const busySvg = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><filter id="f"><feTurbulence numOctaves="99"/>${'<feGaussianBlur stdDeviation="400"/>'.repeat(20)}</filter><rect width="4000" height="4000" filter="url(#f)"/></svg>`,
);

/** Files that are no upload, by what they are. */
export const refusedFiles: Readonly<Record<string, Buffer>> = {
  'an SVG or XML file': busySvg,
  'a PDF file': Buffer.from('%PDF-1.7\n1 0 obj\n'),
  'a HEIC file': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
  'a BMP file': Buffer.from('BM\x36\0\0\0', 'latin1'),
  'a JPEG XL file': Buffer.from([0xff, 0x0a, 0, 0]),
  'a JPEG 2000 file': Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'),
  'a PNM file': Buffer.from('P6\n1 1\n255\n   '),
  'an HTML page': Buffer.from('<!doctype html><title>404</title>'),
  'a gzip file': Buffer.from([0x1f, 0x8b, 8, 0]),
  'something else': Buffer.from('hello'),
};

/** A connection that speaks HTTP by hand. */
export interface RawClient {
  readonly socket: Socket;
  send(text: string | Uint8Array): void;
  /** All that came until the server closed the connection. */
  readonly said: Promise<string>;
}

export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined); // it may be cut off while it sends
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  const said = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  return { socket, send: (data) => socket.write(data), said };
}

/** The head of an upload of so many bytes. */
export const uploadHead = (length: number, path = '/embed') =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: ${length}\r\n\r\n`;
