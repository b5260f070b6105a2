// The members of a tar file: names, places and sizes, without reading their bodies.
//
// tar-stream gives bodies in order and no offsets; here the offsets are the point: samples refer to byte ranges, which
// any thread reads in any order. ustar, pax (path, size) and GNU long names are understood.

import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { Problem } from '../types.js';
import { WindowedFile } from './windowed-file.js';

export interface TarMember {
  readonly name: string;
  /** Of the body, in bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
}

export interface TarIndex {
  readonly members: readonly TarMember[];
  readonly problems: readonly Problem[];
}

const block = 512;
/** Headers of pax and long names longer than this are no names but damage. */
const longestExtra = 1 << 20;

function textOf(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return nameText(field.subarray(0, end < 0 ? length : end));
}

/** UTF-8; other bytes one by one, so that two names that differ stay different. */
function nameText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** Octal text, or GNU's base 256 for what octal cannot hold. NaN where it is neither. */
function numberOf(header: Buffer, from: number, length: number): number {
  if ((header[from]! & 0x80) !== 0) {
    let value = header[from]! & 0x7f;
    for (let i = from + 1; i < from + length; i++) value = value * 256 + header[i]!;
    return Number.isSafeInteger(value) ? value : Number.NaN;
  }
  const text = textOf(header, from, length).trim();
  return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The sum of the header's bytes, its own checksum read as spaces. */
function checksumHolds(header: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let i = 0; i < block; i++) if (i < 148 || i >= 156) sum += header[i]!;
  return sum === numberOf(header, 148, 8);
}

/** pax records: "length key=value\n". */
function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(body.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= 0) break;
    const record = body.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function prefixed(header: Buffer): string {
  const name = textOf(header, 0, 100);
  const prefix = textOf(header, 257, 5) === 'ustar' ? textOf(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Why a member is not one that may be read, or undefined. */
function refusal(name: string, type: string): string | undefined {
  if (type === '1' || type === '2') return 'a link, which is not followed';
  if (type === '3' || type === '4' || type === '6') return 'a device or pipe';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'an absolute name';
  if (name.split(/[/\\]/).includes('..')) return 'a name that points outside the archive';
  return undefined;
}

/** Where the first block lies from `from` on that is not empty. Costs a read of what is. */
async function nextBlock(file: WindowedFile, from: number, size: number): Promise<number | undefined> {
  for (let at = from; at < size; at += longestExtra) {
    const bytes = await file.read(at, Math.min(longestExtra, size - at));
    const found = bytes.findIndex((byte) => byte !== 0);
    if (found >= 0) return at + Math.floor(found / block) * block;
  }
  return undefined;
}

/**
 * Walks the headers from one to the next. A damaged header ends the walk, for nothing after it can be trusted; what
 * came before is good. Every problem says where in the file it lies.
 * @param shard for problems: 'shard-000.tar'
 */
export async function readTarIndex(file: FileHandle, size: number, shard: string): Promise<TarIndex> {
  const near = new WindowedFile(file);
  const members: TarMember[] = [];
  const problems: Problem[] = [];
  const problem = (at: number, reason: string, warning = false) =>
    problems.push({ where: `${shard}@${at}`, reason, ...(warning && { warning: true as const }) });
  let longName: string | undefined;
  let pax = new Map<string, string>();
  for (let at = 0; at < size; ) {
    const header = await near.read(at, block);
    if (header.length < block) {
      problem(at, 'the file ends within a header');
      break;
    }
    if (header.every((byte) => byte === 0)) {
      // The end, marked by empty blocks. tar reads on only when told to (-i); here nothing is passed over in silence.
      const next = await nextBlock(near, at + block, size);
      if (next === undefined) break;
      problem(next, 'goes on after its end mark, as concatenated tars do: what follows was read too', true);
      at = next;
      continue;
    }
    if (!checksumHolds(header)) {
      problem(at, 'not a tar header (its checksum is wrong): the rest of the file is left out');
      break;
    }
    const type = String.fromCharCode(header[156]!);
    const own = numberOf(header, 124, 12);
    const said = pax.get('size');
    const length = type === 'x' || type === 'g' || type === 'L' || said === undefined ? own : Number(said);
    const body = at + block;
    if (!Number.isSafeInteger(length)) {
      problem(at, 'a size that is no number: the rest of the file is left out');
      break;
    }
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      if (length > longestExtra || body + length > size) {
        problem(at, 'the file ends within a long name');
        break;
      }
      const extra = await near.read(body, length);
      if (type === 'x') pax = paxRecords(extra);
      if (type === 'L') longName = nameText(extra).replace(/\0.*$/s, '');
    } else {
      const name = pax.get('path') ?? longName ?? prefixed(header);
      longName = undefined;
      pax = new Map();
      const refused = refusal(name, type);
      if (body + length > size) {
        problem(at, `the file ends ${body + length - size} bytes before "${name}" does`);
        break;
      }
      if (refused !== undefined) problem(at, `"${name}" is ${refused}`);
      else if (type === '0' || type === '\0' || type === '7')
        members.push({ name, offset: body, size: length });
    }
    at = body + Math.ceil(length / block) * block;
  }
  return { members, problems };
}
