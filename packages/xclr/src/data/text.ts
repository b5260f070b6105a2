// Text from bytes: UTF-8, or UTF-16 with a byte-order mark. Anything else is refused, never replaced by "�".
import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';

/** Said by errors and by lists of problems: what to do about text in another encoding. */
export const encodingRemedy =
  'Save it as UTF-8: in a spreadsheet "CSV UTF-8", elsewhere iconv -f WINDOWS-1252 -t UTF-8.';

function begins(bytes: Uint8Array, ...mark: number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

/** The encoding that a byte-order mark names, and the mark's length in bytes. */
function markOf(
  bytes: Uint8Array,
): { encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; length: number } | undefined {
  if (begins(bytes, 0xef, 0xbb, 0xbf)) return { encoding: 'utf-8', length: 3 };
  if (begins(bytes, 0xff, 0xfe, 0, 0) || begins(bytes, 0, 0, 0xfe, 0xff))
    throw new Error('is UTF-32 text, which is not read');
  if (begins(bytes, 0xff, 0xfe)) return { encoding: 'utf-16le', length: 2 };
  return begins(bytes, 0xfe, 0xff) ? { encoding: 'utf-16be', length: 2 } : undefined;
}

/** Where the first byte lies that no UTF-8 text has there. Costs a decoding of what comes before. */
function firstBadByte(bytes: Uint8Array): number {
  const decoder = new StringDecoder('utf8');
  const piece = 1 << 20;
  let read = 0; // bytes of the text decoded so far
  for (let at = 0; at < bytes.length; at += piece) {
    const text = decoder.write(Buffer.from(bytes.subarray(at, at + piece)));
    const bad = text.indexOf('\ufffd');
    if (bad >= 0) return read + Buffer.byteLength(text.slice(0, bad));
    read += Buffer.byteLength(text);
  }
  return read;
}

/** Why bytes without a byte-order mark are not taken for text, or undefined. */
function whyNotUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return 'contains NUL bytes: it is UTF-16 without a byte-order mark, or no text';
  if (isUtf8(bytes)) return undefined;
  const place = firstBadByte(bytes);
  const byte = bytes[place] ?? 0;
  const read = new TextDecoder('windows-1252').decode(Uint8Array.of(byte));
  return `is not UTF-8 text: byte 0x${byte.toString(16)} at offset ${place} (in Windows-1252 it would be "${read}")`;
}

/**
 * The same text as UTF-8 bytes; a UTF-8 byte-order mark is kept, so that byte offsets and checksums are the file's own.
 * @throws {Error} whose message continues "<file> …": why it is no text
 */
export function utf8Bytes(bytes: Buffer): Buffer {
  const mark = markOf(bytes);
  if (mark !== undefined && mark.encoding !== 'utf-8') {
    try {
      return Buffer.from(new TextDecoder(mark.encoding, { fatal: true }).decode(bytes), 'utf8');
    } catch {
      throw new Error(`begins as ${mark.encoding.toUpperCase()} text does, but is damaged`);
    }
  }
  const reason = whyNotUtf8(bytes);
  if (reason !== undefined) throw new Error(reason);
  return bytes;
}

/** The text of a file's bytes, without its byte-order mark. @throws {Error} see utf8Bytes */
export function decodeText(bytes: Buffer): string {
  const text = utf8Bytes(bytes).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
