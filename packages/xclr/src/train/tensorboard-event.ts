// One TensorBoard event as bytes: a hand-encoded Event protobuf in TFRecord framing.

import { maskedCrc32c } from './crc32c.js';

const DOUBLE = 1;
const LENGTH_PREFIXED = 2;
const FLOAT = 5;
const VARINT = 0;
const utf8 = new TextEncoder();

/** What an event carries besides its time and step; field numbers are those of tensorflow's event.proto. */
export type EventContent =
  | { readonly fileVersion: string }
  | { readonly scalars: Readonly<Record<string, number>> }
  /** Tells readers to forget what earlier files hold at this step and later. */
  | { readonly sessionStart: true };

/** Little-endian base 128, for integers of 0 … 2^53 − 1. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

function tagged(field: number, wireType: number, payload: ArrayLike<number>): number[] {
  return [...varint(field * 8 + wireType), ...Array.from(payload)];
}

function prefixed(field: number, payload: ArrayLike<number>): number[] {
  return tagged(field, LENGTH_PREFIXED, [...varint(payload.length), ...Array.from(payload)]);
}

function littleEndian(size: 4 | 8, value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 8) view.setFloat64(0, value, true);
  else view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

function encodeContent(content: EventContent): number[] {
  if ('fileVersion' in content) return prefixed(3, utf8.encode(content.fileVersion));
  if ('sessionStart' in content) return prefixed(7, tagged(1, VARINT, varint(1))); // SessionLog.status = START
  const values = Object.entries(content.scalars).map(([tag, value]) =>
    prefixed(1, [...prefixed(1, utf8.encode(tag)), ...tagged(2, FLOAT, littleEndian(4, value))]),
  );
  return prefixed(5, values.flat());
}

/**
 * The Event message of tensorflow/core/util/event.proto.
 * @param wallTime seconds since 1970
 * @param step a whole number from 0
 */
export function encodeEvent(wallTime: number, step: number, content: EventContent): Uint8Array {
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new RangeError(`TensorBoard event: step must be a whole number from 0, got ${step}`);
  }
  return Uint8Array.from([
    ...tagged(1, DOUBLE, littleEndian(8, wallTime)),
    ...tagged(2, VARINT, varint(step)),
    ...encodeContent(content),
  ]);
}

/** TFRecord framing: length (uint64), its masked CRC, the data, its masked CRC; all little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
