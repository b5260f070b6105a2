// Properties of the files that data and weights come in, for fast-check: tables, tars, TIFF and PNM, safetensors, npy, pickles, ONNX.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { expect } from 'vitest';
import { encodedImage } from '../../src/data/decode/read.js';
import { openDataset } from '../../src/data/open.js';
import { textsInText } from '../../src/data/tables/caption-value.js';
import { findColumns } from '../../src/data/tables/columns.js';
import { parseDelimited } from '../../src/data/tables/delimited.js';
import { parseJsonLinesTable } from '../../src/data/tables/json-lines.js';
import { samplesOfTable } from '../../src/data/tables/samples.js';
import type { Table } from '../../src/data/tables/table.js';
import { readTarIndex } from '../../src/data/tar/members.js';
import { utf8Bytes } from '../../src/data/text.js';
import { openEncoder } from '../../src/deploy/encoder/index.js';
import { parseSafetensors, readNpyMatrix, safetensorsBytes } from '../../src/graph/array-files.js';
import { ByteReader } from '../../src/models/weights/pytorch/byte-reader.js';
import { unpickle } from '../../src/models/weights/pytorch/unpickle.js';
import { unescapedCell } from '../../src/util/csv.js';
import { UserError } from '../../src/util/errors.js';
import { putOnnxFolder, tinyOnnx } from '../deploy/make.js';
import { solid, temporaryFolder } from './make.js';
import { tarBytes } from './tar.js';
import { tiff } from './tiff.js';

/** How long and from which seed; fast-check prints the seed and the smallest input of a failure. */
export type Trial = fc.Parameters<unknown>;

/** A file with bytes changed, cut out and put in. */
const damagedCopy = (whole: Uint8Array): fc.Arbitrary<Buffer> =>
  fc
    .record({
      flips: fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
      from: fc.nat({ max: whole.length }),
      length: fc.oneof(fc.constant(0), fc.nat({ max: whole.length })),
      inserted: fc.uint8Array({ maxLength: 12 }),
    })
    .map(({ flips, from, length, inserted }) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of flips) bytes[at] = value;
      return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + length)]);
    });

/** What `read` gives, or undefined where it refuses with an error of its own; any other error fails the property. */
function readOrRefuse<T>(read: () => T, refused: (error: unknown) => boolean): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!refused(error)) throw error;
    return undefined;
  }
}

const isUserError = (error: unknown) => error instanceof UserError;
/** An error that was written for a reader, not a fault of the program that reads. */
const isPlainError = (error: unknown) =>
  error instanceof Error && !(error instanceof TypeError) && !(error instanceof ReferenceError);

const cells = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('"', "'", ',', ';', '\t', '\n', '\r', ' ', 'a', '=', '[', '{'),
    maxLength: 12,
  }),
  fc.constantFrom(
    '',
    'a cat',
    '["a", "b"]',
    "['a']",
    '{"en": "a"}',
    '-1',
    '0',
    '9007199254740993',
    'café',
    'null',
  ),
);

function reading(table: Table) {
  const columns = findColumns('table', table.columns);
  return samplesOfTable(table, { columns, imageRoot: '/images', template: 'a {class}' });
}

/** Cells come back as they were written, and every row is a sample or a problem, whatever is in it. */
export function tables(trial: Trial): void {
  const row = fc.record({ caption: cells, label: cells, note: cells });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      const written = rows.map(({ caption, label, note }, i) => ({
        image: `${i}.png`,
        caption,
        label,
        note,
      }));
      const text = Papa.unparse(written, { newline: '\n' });
      const table = parseDelimited(Buffer.from(text), '.csv', 'table.csv');
      const seen: unknown[] = [];
      table.forEachRow((at) => seen.push(table.columns.map((_, column) => table.cell(at, column))));
      expect(seen).toEqual(written.map((one) => Object.values(one).map(unescapedCell)));
      const again = parseDelimited(Buffer.from(text), '.csv', 'table.csv');
      const { samples, problems } = reading(again);
      expect(samples.length + problems.length).toBe(rows.length);
      for (const sample of samples) expect(sample.captions.length, text).toBeGreaterThan(0);
    }),
    trial,
  );
  const value = fc.oneof(cells, fc.jsonValue({ maxDepth: 3 }), fc.bigInt({ min: 0n, max: 2n ** 70n }));
  const object = fc.record({
    id: value,
    caption: value,
    label: value,
    split: fc.constantFrom(null, 'train', 'x'),
  });
  const written = (one: unknown): string =>
    typeof one === 'bigint' ? String(one) : (JSON.stringify(one) ?? 'null');
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 8 }), (rows) => {
      const lines = rows.map(
        ({ id, caption, label, split }, i) =>
          `{"image":"${i}.png","key":${written(id)},"caption":${written(caption)},"label":${written(label)},"split":${written(split)}}`,
      );
      for (const text of [lines.join('\n'), `[${lines.join(',\n')}]`]) {
        const { samples, problems } = reading(parseJsonLinesTable(Buffer.from(text), 'table.jsonl'));
        expect(samples.length + problems.filter(({ warning }) => !warning).length, text).toBe(rows.length);
        for (const { image, attributes, captions } of samples) {
          const { id } = rows[Number(/(\d+)\.png$/.exec(image.path)![1])]!;
          if (typeof id === 'bigint') expect(attributes.key).toBe(String(id)); // every digit
          expect(captions.length).toBeGreaterThan(0);
          for (const caption of captions) expect(caption).not.toMatch(/\[object Object\]|^undefined$/);
        }
      }
    }),
    trial,
  );
  const whole = Buffer.from(
    'id,image,caption\n1,"a.png","a ""red"" one"\n2,b.png,{"en": "b"}\n3,c.png,\'=c\n',
  );
  const lines = Buffer.from(
    '{"image":"a.png","caption":["a",null]}\n{"image":"b.png","caption":{"raw":"b"}}\n',
  );
  fc.assert(
    fc.property(
      damagedCopy(whole),
      damagedCopy(lines),
      fc.constantFrom('.csv', '.tsv'),
      (csv, json, extension) => {
        for (const read of [
          () => reading(parseDelimited(utf8Bytes(csv), extension, `table${extension}`)),
          () => reading(parseJsonLinesTable(utf8Bytes(json), 'table.jsonl')),
        ])
          for (const sample of readOrRefuse(read, isPlainError)?.samples ?? [])
            expect(sample.captions.join('').includes('\ufffd')).toBe(false);
      },
    ),
    trial,
  );
  const listLike = fc.string({ unit: fc.constantFrom(...`[]{}'",:\\ nulNoe1a`), maxLength: 400 });
  fc.assert(
    fc.property(listLike, (text) => {
      const texts = textsInText(text);
      if ('reason' in texts) expect(texts.reason).not.toBe('');
      else for (const one of texts) expect(typeof one).toBe('string');
    }),
    trial,
  );
}

/** What readTarIndex uses of a file. */
function inMemory(bytes: Buffer): FileHandle {
  const read = async (into: Buffer, offset: number, length: number, position: number) => {
    const bytesRead = bytes.copy(into, offset, position, Math.min(bytes.length, position + length));
    return { bytesRead, buffer: into };
  };
  return { read } as unknown as FileHandle;
}

/** Members come back as they were written, under names of any length; damaged ones lie within the file. */
export async function tars(trial: Trial): Promise<void> {
  const name = fc
    .array(
      fc.string({
        unit: fc.constantFrom('a', 'é', '猫', '.', '-', ' ', 'x'.repeat(40)),
        minLength: 1,
        maxLength: 6,
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((parts) => parts.map((part) => `n${part}`).join('/'));
  const member = fc.tuple(
    name,
    fc.uint8Array({ maxLength: 700 }).map((body) => Buffer.from(body)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 5 }), async (members) => {
      const bytes = await tarBytes(members);
      const index = await readTarIndex(inMemory(bytes), bytes.length, 'a.tar');
      expect(index.problems).toEqual([]);
      expect(index.members.map((one) => one.name)).toEqual(members.map(([one]) => one));
      for (const [i, { offset, size }] of index.members.entries())
        expect(bytes.subarray(offset, offset + size).equals(members[i]![1])).toBe(true);
    }),
    trial,
  );
  const folder = temporaryFolder();
  const png = await solid(3, 3, [1, 2, 3]).png().toBuffer();
  const whole = await tarBytes([
    ['a.png', png],
    ['a.txt', 'a cat'],
    [`${'long/'.repeat(30)}b.png`, png],
    [`${'long/'.repeat(30)}b.json`, '{"caption": "b", "label": 3}'],
    ['c.png', png],
    ['c.cls', '7'],
  ]);
  await fc.assert(
    fc.asyncProperty(damagedCopy(whole), async (bytes) => {
      const path = join(folder, 'damaged.tar');
      writeFileSync(path, bytes);
      try {
        const { samples } = await openDataset(path, { maxFailureRate: 1 });
        for (const { image, captions } of samples) {
          expect(image.part!.offset + image.part!.length).toBeLessThanOrEqual(bytes.length);
          expect(captions.join('').includes('\ufffd')).toBe(false);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    trial,
  );
}

/** A damaged TIFF or PNM has pixels as many as it says, is left to the decoder, or is refused in words. */
export function pixels(trial: Trial): void {
  const floats = tiff({ width: 4, height: 3, bits: 32, format: 3, samples: 1 }, (x) => x / 3);
  const ppm = Buffer.concat([Buffer.from('P6\n# made here\n3 3\n65535\n'), Buffer.alloc(54, 90)]);
  fc.assert(
    fc.property(fc.oneof(damagedCopy(floats), damagedCopy(ppm)), (bytes) => {
      const image = readOrRefuse(() => encodedImage(bytes, 1_000_000), isPlainError);
      if (image?.raw === undefined) return;
      const { width, height, channels } = image.raw;
      expect(image.bytes.length).toBe(width * height * channels);
    }),
    trial,
  );
}

/** A damaged file of arrays is a UserError, or gives as many numbers as its shape says. */
export function arrays(trial: Trial): void {
  const folder = temporaryFolder();
  const stored = { dtype: 'F32', shape: [2, 3], bytes: new Uint8Array(24) };
  const safetensors = Buffer.from(safetensorsBytes('rows', stored, { ids: '["a","b"]' }));
  fc.assert(
    fc.property(damagedCopy(safetensors), (bytes) => {
      const file = readOrRefuse(() => parseSafetensors(bytes, 'a.safetensors'), isUserError);
      for (const { bytes: part } of file?.tensors.values() ?? [])
        expect(part.byteOffset + part.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
    }),
    trial,
  );
  const head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
  const npy = Buffer.concat([
    Buffer.from('\u0093NUMPY\x01\x00', 'latin1'),
    Buffer.from([head.length, 0]),
    Buffer.from(head),
    Buffer.alloc(24),
  ]);
  fc.assert(
    fc.property(damagedCopy(npy), (bytes) => {
      const path = join(folder, 'a.npy');
      writeFileSync(path, bytes);
      const matrix = readOrRefuse(() => readNpyMatrix(path), isUserError);
      if (matrix !== undefined) expect(matrix.values.length).toBe(matrix.rows * matrix.columns);
    }),
    trial,
  );
}

/** Opcodes of pickles, with what often follows them. */
const opcodes = fc.constantFrom(
  ...['80 02', '28', '29', '5d', '7d', '61', '65', '73', '75', '74', '85', '86', '87', '30', '32', '31'],
  ...[
    '4b 01',
    '4d 01 00',
    '4a 01 00 00 00',
    '8a 01 01',
    '4e',
    '88',
    '89',
    '71 00',
    '68 00',
    '94',
    '52',
    '62',
  ],
  ...[
    '58 01 00 00 00 61',
    '8c 01 61',
    '51',
    '81',
    '63 61 0a 62 0a',
    '93',
    '2e',
    '95 05 00 00 00 00 00 00 00',
  ],
);

/** A pickle ends in a value or is refused in words. */
export function pickles(trial: Trial): void {
  const bytes = fc
    .array(
      fc.oneof(
        opcodes,
        fc.nat({ max: 255 }).map((byte) => byte.toString(16).padStart(2, '0')),
      ),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.from(parts.join(' ').replaceAll(' ', ''), 'hex'));
  fc.assert(
    fc.property(bytes, (pickle) => {
      const options = { persistent: () => null, passedOver: new Set<string>() };
      readOrRefuse(() => unpickle(ByteReader.over(pickle), options), isPlainError);
    }),
    trial,
  );
}

/** A damaged ONNX file is a UserError, or an encoder. Slow: each opens a session on a thread of its own. */
export async function onnxFiles(trial: Trial): Promise<void> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  putOnnxFolder(folder, tinyOnnx());
  await fc.assert(
    fc.asyncProperty(damagedCopy(tinyOnnx()), async (bytes) => {
      writeFileSync(join(folder, 'onnx/model.onnx'), bytes);
      try {
        await using encoder = await openEncoder(folder);
        expect(encoder.dimensions).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    trial,
  );
}
