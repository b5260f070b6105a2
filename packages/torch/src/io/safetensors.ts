// Reading (memory-mapped) and writing (atomic) of safetensors files.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { noGrad } from '../autograd.js';
import { elementSize } from '../dtype.js';
import { messageOf } from '../error-message.js';
import { writePiecesAtomic } from '../files/index.js';
import { native } from '../native.js';
import { scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { type Entry, formatHeader, HEADER_LIMIT, type Header, parseHeader } from './header.js';
import { readFully, readRaw } from './raw.js';

export interface SafetensorsFile {
  /** By name, in the file's order; new tensors in the present scope. */
  tensors: Map<string, Tensor>;
  metadata: Readonly<Record<string, string>>;
}

function readHeader(path: string): Header & { dataStart: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size < 8) throw new Error(`it has ${size} bytes, too few to hold the header's length`);
    const prefix = new Uint8Array(8);
    readFully(file, prefix, 0);
    const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
    if (length > HEADER_LIMIT)
      throw new Error(`its header claims ${length} bytes, more than any safetensors file's`);
    if (8 + length > size)
      throw new Error(`it is cut short: the header takes ${length} bytes, the file has ${size}`);
    const json = new Uint8Array(length);
    readFully(file, json, 8);
    const dataStart = 8 + length;
    return {
      ...parseHeader(new TextDecoder('utf-8', { fatal: true }).decode(json), size - dataStart),
      dataStart,
    };
  } finally {
    closeSync(file);
  }
}

/**
 * The tensors of a safetensors file, memory-mapped: pages are read when touched, and writes never reach the file.
 * @throws if the file is missing, cut short, damaged, or holds a dtype that LibTorch has no name for here
 */
export function readSafetensors(path: string): SafetensorsFile {
  try {
    return scoped(() => {
      const { entries, metadata, dataStart } = readHeader(path);
      return {
        tensors: new Map(
          entries.map((entry) => [
            entry.name,
            readRaw(path, { offset: dataStart + entry.begin, dtype: entry.dtype, shape: entry.shape }),
          ]),
        ),
        metadata,
      };
    });
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`readSafetensors: cannot read ${path}: ${reason}`, { cause: error });
  }
}

/** Places for the data: wide dtypes first, so that every tensor is aligned; the caller's order within a width. */
function layOut(tensors: ReadonlyMap<string, Tensor>): Entry[] {
  const byWidth = [...tensors].toSorted(([, a], [, b]) => elementSize(b.dtype) - elementSize(a.dtype));
  let place = 0;
  return byWidth.map(([name, { dtype, shape, numel }]) => {
    const begin = place;
    place += numel * elementSize(dtype);
    return { name, dtype, shape, begin, end: place };
  });
}

/**
 * Writes tensors by name, on whatever device, as safetensors: aside, synced, renamed, so that a crash leaves the
 * old file. Values are written in row-major order whatever the memory format. Waits for the device.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  if (tensors.has('__metadata__')) throw new Error('writeSafetensors: no tensor may be named __metadata__');
  const entries = layOut(tensors);
  const largest = entries.reduce((most, { begin, end }) => Math.max(most, end - begin), 0);
  const space = new Uint8Array(largest);
  writePiecesAtomic(path, (write) => {
    write(formatHeader({ entries, metadata }));
    for (const { name, begin, end } of entries) {
      const bytes = space.subarray(0, end - begin);
      noGrad(() => native.readInto(tensors.get(name)!.handle, bytes));
      write(bytes);
    }
  });
}
