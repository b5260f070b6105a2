// Ranges of files read on another thread into one piece of memory, each checked by its crc32.
import { getSystemErrorMap } from 'node:util';
import { native } from '../native.js';

/** Which parts of which open files to read; a row a range. */
export interface FileRanges {
  /** (n) file descriptors, which must stay open until the reading is done. */
  readonly files: Int32Array;
  /** (n) in bytes from the start of the file. */
  readonly offsets: Float64Array;
  /** (n) in bytes. */
  readonly lengths: Uint32Array;
  /** (n) crc32 of each range, as zlib computes it. */
  readonly sums: Uint32Array;
}

/** What became of a range: null where it was read whole and is what its checksum says, else the reason. */
export type RangeFault = null | 'damaged' | { readonly missing: number } | { readonly error: string };

/**
 * Reads the ranges one after the other into `into`, which must not be read before the promise is fulfilled.
 * @param into memory for all ranges together
 * @returns (n) for each range whether it was read
 */
export async function readFileRanges(
  { files, offsets, lengths, sums }: FileRanges,
  into: Uint8Array,
): Promise<RangeFault[]> {
  const outcomes = await native.readRanges(files, offsets, lengths, sums, into);
  return outcomes.map(faultOf);
}

/** 0: whole, 0.5: damaged, above: missing bytes, below: the system's error number. */
function faultOf(outcome: number): RangeFault {
  if (outcome === 0) return null;
  if (outcome === 0.5) return 'damaged';
  return outcome > 0
    ? { missing: outcome }
    : { error: getSystemErrorMap().get(outcome)?.join(': ') ?? `error ${-outcome}` };
}
