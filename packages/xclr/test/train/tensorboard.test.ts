// The event files, read back by a strict reader of this test's own, and by TensorBoard where Python has it.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../src/train/crc32c.js';
import { TensorBoardWriter } from '../../src/train/tensorboard.js';
import { encodeEvent } from '../../src/train/tensorboard-event.js';

interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  scalars?: Record<string, number>;
  sessionStatus?: number;
}

type Field = { number: number; value: bigint | Uint8Array };

/** Splits a protobuf message into its fields; refuses unknown wire types and bytes left over. */
function fields(bytes: Uint8Array): Field[] {
  const out: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('varint runs past the end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (size: number) => {
    if (at + size > bytes.length) throw new Error('field runs past the end');
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    const number = key >> 3;
    if (wire === 0) out.push({ number, value: varint() });
    else if (wire === 1) out.push({ number, value: take(8) });
    else if (wire === 2) out.push({ number, value: take(Number(varint())) });
    else if (wire === 5) out.push({ number, value: take(4) });
    else throw new Error(`wire type ${wire}`);
  }
  return out;
}

const bytesOf = (field: Field) => {
  if (typeof field.value === 'bigint') throw new Error(`field ${field.number} is a varint`);
  return field.value;
};
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

function readScalars(summary: Uint8Array): Record<string, number> {
  const scalars: Record<string, number> = {};
  for (const value of fields(summary)) {
    expect(value.number).toBe(1);
    const [tag, simple, ...others] = fields(bytesOf(value));
    expect(others).toEqual([]);
    expect([tag!.number, simple!.number]).toEqual([1, 2]);
    scalars[text(bytesOf(tag!))] = viewOf(bytesOf(simple!)).getFloat32(0, true);
  }
  return scalars;
}

function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: Number.NaN, step: 0 };
  for (const field of fields(bytes)) {
    if (field.number === 1) event.wallTime = viewOf(bytesOf(field)).getFloat64(0, true);
    else if (field.number === 2) event.step = Number(field.value);
    else if (field.number === 3) event.fileVersion = text(bytesOf(field));
    else if (field.number === 5) event.scalars = readScalars(bytesOf(field));
    else if (field.number === 7) event.sessionStatus = Number(fields(bytesOf(field))[0]!.value);
    else throw new Error(`Event field ${field.number}`);
  }
  return event;
}

function readEvents(path: string): ReadEvent[] {
  const file = readFileSync(path);
  const events: ReadEvent[] = [];
  let at = 0;
  while (at < file.length) {
    const header = file.subarray(at, at + 8);
    const length = Number(viewOf(header).getBigUint64(0, true));
    if (at + 16 + length > file.length) throw new Error(`record at ${at} is cut short`);
    const data = file.subarray(at + 12, at + 12 + length);
    expect(viewOf(file).getUint32(at + 8, true)).toBe(maskedCrc32c(header));
    expect(viewOf(file).getUint32(at + 12 + length, true)).toBe(maskedCrc32c(data));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-tensorboard-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('crc32c', () => {
  test('the vectors of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  });

  test('the check value, the empty input, and the mask', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(crc32c(digits)).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(0))).toBe(0);
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
    // 0xe3069283 rotated right by 15 is 0x2507c60d; plus 0xa282ead8.
    expect(maskedCrc32c(digits)).toBe(0xc78ab0e5);
  });
});

describe('event files', () => {
  test('hold the file version first, then every scalar with its step and time', () => {
    let now = 1_700_000_000.25;
    const path = (() => {
      using writer = new TensorBoardWriter(folder, { clock: () => now });
      now += 1;
      writer.scalars(1, { loss: 4.5, 'views/s – ☃': 512.125 });
      now += 1;
      writer.scalars(2 ** 40, { loss: Number.NaN, lr: Number.POSITIVE_INFINITY });
      writer.scalars(300, {});
      writer.sync();
      return writer.path;
    })();
    expect(readEvents(path)).toEqual([
      { wallTime: 1_700_000_000.25, step: 0, fileVersion: 'brain.Event:2' },
      { wallTime: 1_700_000_001.25, step: 1, scalars: { loss: 4.5, 'views/s – ☃': 512.125 } },
      {
        wallTime: 1_700_000_002.25,
        step: 2 ** 40,
        scalars: { loss: Number.NaN, lr: Number.POSITIVE_INFINITY },
      },
      { wallTime: 1_700_000_002.25, step: 300, scalars: {} },
    ]);
    expect(path).toMatch(/events\.out\.tfevents\.1700000000\./);
  });

  test('a resumed run gets a later file of its own and purges from its first step', () => {
    const clock = () => 1_700_000_000;
    const first = new TensorBoardWriter(folder, { clock });
    first.scalars(10, { loss: 2 });
    first.close();
    const before = readFileSync(first.path);
    truncateSync(first.path, before.length - 3); // as a crash may leave it
    const second = new TensorBoardWriter(folder, { resumeAt: 8, clock: () => clock() - 3600 });
    second.scalars(8, { loss: 3 });
    second.close();
    expect(readFileSync(first.path)).toEqual(before.subarray(0, -3));
    const names = readdirSync(folder).sort();
    expect(names.map((name) => join(folder, name))).toEqual([first.path, second.path]);
    expect(
      readEvents(second.path).map(({ step, fileVersion, sessionStatus, scalars }) => ({
        step,
        fileVersion,
        sessionStatus,
        scalars,
      })),
    ).toEqual([
      { step: 8, fileVersion: 'brain.Event:2' },
      { step: 8, sessionStatus: 1 },
      { step: 8, scalars: { loss: 3 } },
    ]);
  });

  test('refuses steps that are no whole numbers, and writing after close', () => {
    expect(() => encodeEvent(0, -1, { scalars: {} })).toThrow('whole number');
    expect(() => encodeEvent(0, 1.5, { scalars: {} })).toThrow('whole number');
    const writer = new TensorBoardWriter(folder);
    writer.close();
    writer.close();
    expect(() => writer.scalars(1, { loss: 1 })).toThrow('closed');
  });
});

const READER = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
accumulator = EventAccumulator(sys.argv[1]).Reload()
print(json.dumps({tag: [[e.step, e.value] for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()['scalars']}))
`;
const python = process.env.PYTHON ?? 'python3';

function pythonHasTensorBoard(): boolean {
  try {
    execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!pythonHasTensorBoard())(
  'TensorBoard itself reads it and forgets the steps that a resume repeats',
  () => {
    const first = new TensorBoardWriter(folder);
    for (const step of [1, 2, 3]) first.scalars(step, { loss: 4 - step });
    first.close();
    const second = new TensorBoardWriter(folder, { resumeAt: 3 });
    second.scalars(3, { loss: 0.5 });
    second.close();
    const read: unknown = JSON.parse(
      execFileSync(python, ['-c', READER, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    expect(read).toEqual({
      loss: [
        [1, 3],
        [2, 2],
        [3, 0.5],
      ],
    });
  },
);
