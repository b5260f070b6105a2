// One tensor's bytes in a file whose layout is known.
import { closeSync, openSync, readSync } from 'node:fs';

import { type Dtype, elementSize } from '../dtype.js';
import { native } from '../native.js';
import { mapFile, type Tensor, wrap } from '../tensor.js';

/** One read call may give less than was asked for. @throws if the file ends before */
export function readFully(file: number, into: Uint8Array, from: number): void {
  for (let done = 0; done < into.byteLength; ) {
    const got = readSync(file, into, done, into.byteLength - done, from + done);
    if (got === 0)
      throw new Error(`it ends at byte ${from + done}, in the middle of what its header promises`);
    done += got;
  }
}

export interface RawPlace {
  /** First byte in the file. */
  readonly offset: number;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A little-endian, row-major tensor: memory-mapped where it is aligned for its dtype, copied where it is not. */
export function readRaw(path: string, { offset, dtype, shape }: RawPlace): Tensor {
  if (offset % elementSize(dtype) === 0) return mapFile(path, { offset, dtype, shape });
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(shape.reduce((product, extent) => product * extent, elementSize(dtype)));
    readFully(file, bytes, offset);
    return wrap(native.fromBytes(bytes, dtype, shape));
  } finally {
    closeSync(file);
  }
}

/** A tensor with a copy of little-endian, row-major bytes, in any dtype. @throws if their number does not fit the shape */
export function fromRawBytes(
  bytes: Uint8Array,
  { dtype, shape }: { readonly dtype: Dtype; readonly shape: readonly number[] },
): Tensor {
  return wrap(native.fromBytes(bytes, dtype, shape));
}
