// The store shared among data sets: keyed by content, sharded, mapped, resumable, and particular about its encoder.
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyIndex, keyOfDocument } from '../../src/graph/caption-store/key-index.js';
import { MappedRows } from '../../src/graph/caption-store/mapped-rows.js';
import { CaptionStore } from '../../src/graph/caption-store/sharded-store.js';
import { encodeDataset } from '../../src/graph/caption-store.js';
import { TextGraph } from '../../src/graph/text-graph.js';
import { lockFile, thisHolder } from '../../src/util/lock-file.js';
import { dimensions, hashEncoder } from './hash-encoder.mjs';
import { encodeInChild, storeBytes } from './kill-encoding.js';

const sample = (id: string, captions: string[], label: string | null = null) => ({
  id,
  captions,
  label,
  attributes: {},
});
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => sample(String(i), [`caption ${from + i}`]));
const keyOf = (text: string) => keyOfDocument([{ text, weight: 1 }]);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-shards-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('keys', () => {
  it('are numbered once, through growth', () => {
    const index = new KeyIndex(4);
    const texts = Array.from({ length: 5000 }, (_, i) => `text ${i}`);
    expect(texts.map((text) => index.add(keyOf(text)))).toEqual(texts.map((_, i) => i));
    expect(texts.map((text) => index.add(keyOf(text)))).toEqual(texts.map((_, i) => i));
    expect(index.find(keyOf('another'))).toBe(-1);
    expect(index.size).toBe(5000);
  });

  it('are distinguished by all of their words', () => {
    const index = new KeyIndex();
    const keys = [0, 1, 2, 3].map((word) =>
      Uint32Array.from({ length: 4 }, (_, i) => Number(i === word && i > 0)),
    );
    expect(keys.map((key) => index.add(key))).toEqual([0, 1, 2, 3]);
  });

  it('follow texts, weights and order', () => {
    const key = (...parts: [string, number][]) =>
      keyOfDocument(parts.map(([text, weight]) => ({ text, weight }))).join();
    const all = [
      key(['a', 1], ['b', 1]),
      key(['b', 1], ['a', 1]),
      key(['a', 1], ['b', 0.5]),
      key(['a | b', 1]),
    ];
    expect(new Set(all).size).toBe(4);
  });
});

describe('the shared store', () => {
  it('encodes a changed caption alone, and serves another data set', async () => {
    const encoder = hashEncoder();
    const first = await encodeDataset([sample('1', ['a']), sample('2', ['b', 'c'])], encoder, folder);
    expect(first.encoded).toBeGreaterThan(0);
    const changed = await encodeDataset([sample('1', ['a!']), sample('2', ['b', 'c'])], encoder, folder);
    expect(encoder.calls).toEqual([['a', 'b', 'c'], ['a!']]);
    expect(changed.encoded).toBe(1);
    expect(changed.path).toBe(first.path);
    const other = await encodeDataset([sample('x', ['a!']), sample('y', ['a'])], encoder, folder);
    expect(other.encoded).toBe(0);
    expect(other.captions).toEqual(['a!', 'a']);
    expect(other.vectors.subarray(dimensions)).toEqual(first.vectors.subarray(0, dimensions));
    expect(encoder.calls).toHaveLength(2);
  });

  it('gives each sample the vector of its caption, within half precision', async () => {
    const encoder = hashEncoder();
    const samples = numbered(3000);
    const { vectors, rowOf } = await encodeDataset(samples, encoder, folder);
    const { vectors: exact } = await hashEncoder().encode(samples.map(({ captions }) => captions[0]!));
    let worst = 0;
    for (let i = 0; i < samples.length; i++)
      for (let d = 0; d < dimensions; d++)
        worst = Math.max(worst, Math.abs(vectors[rowOf[i]! * dimensions + d]! - exact[i * dimensions + d]!));
    expect(worst).toBeLessThan(5e-4); // half an ulp of float16 below 1 is 2.4e-4, and the row is made unit again
    expect(worst).toBeGreaterThan(0);
  });

  it('draws one caption of several, each with a row of its own', async () => {
    const samples = [sample('1', ['a']), sample('2', ['b', 'c', 'a'])];
    const { choices, rowOf, captions } = await encodeDataset(samples, hashEncoder(), folder, {
      captions: 'drawn',
    });
    expect([...choices!.rows].map((row) => captions[row])).toEqual(['a', 'b', 'c', 'a']);
    expect([...choices!.starts]).toEqual([0, 1, 4]);
    expect([...rowOf]).toEqual([0, 1]);
  });

  it('counts cut captions of this data set, on reuse too', async () => {
    const encoder = hashEncoder();
    await encodeDataset([sample('1', ['a long one']), sample('2', ['another long one'])], encoder, folder);
    const { notes } = await encodeDataset([sample('1', ['a long one']), sample('2', ['b'])], encoder, folder);
    expect(notes).toEqual(["1 of 2 captions were longer than the encoder's limit and were truncated"]);
  });

  it('reports what is left to do, what is there counted', async () => {
    await encodeDataset(numbered(1000), hashEncoder(), folder);
    const reports: [number, number][] = [];
    await encodeDataset(numbered(3000), hashEncoder(), folder, {
      onProgress: (...report) => reports.push(report),
    });
    expect(reports).toEqual([
      [2024, 3000],
      [3000, 3000],
    ]);
  });

  it('refuses zero and broken vectors with the caption', async () => {
    const encoder = hashEncoder();
    const zero = {
      ...encoder,
      encode: async (texts: readonly string[]) => {
        const encoded = await encoder.encode(texts);
        encoded.vectors.fill(0, 0, dimensions);
        return encoded;
      },
    };
    await expect(encodeDataset(numbered(2), zero, folder)).rejects.toThrow(
      /'caption 0' is zero or not finite/,
    );
  });
});

describe('shards', () => {
  async function filled(count: number, shardRows: number) {
    const encoder = hashEncoder();
    const store = CaptionStore.open(folder, encoder, { shardRows });
    const texts = Array.from({ length: count }, (_, i) => `caption ${i}`);
    const { vectors, marks } = await encoder.encode(texts);
    store.append(texts.map(keyOf), vectors, dimensions, marks);
    return { encoder, store, vectors, texts };
  }

  it('are filled in order, and rows are gathered across them', async () => {
    const { store, vectors } = await filled(10, 4);
    expect([0, 1, 2, 3].map((shard) => existsSync(store.vectorsFile(shard)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    const rows = new MappedRows(store, Int32Array.of(9, 0, 4, 3, 9));
    const read = rows.read();
    for (const [i, row] of [9, 0, 4, 3, 9].entries())
      for (let d = 0; d < dimensions; d++)
        expect(read[i * dimensions + d]).toBeCloseTo(vectors[row * dimensions + d]!, 3);
  });

  it('are found again by another opening', async () => {
    const { encoder, texts } = await filled(10, 4);
    const again = CaptionStore.open(folder, encoder, { shardRows: 99 });
    expect(again.shardRows).toBe(4);
    expect(texts.map((text) => again.rowOf(keyOf(text)))).toEqual(texts.map((_, i) => i));
  });

  it('cut short anywhere lose their end alone', async () => {
    const { encoder, store } = await filled(10, 4);
    const keys = join(folder, '00002.keys');
    truncateSync(keys, readFileSync(keys).length - 5); // row 9's entry is torn
    expect(CaptionStore.open(folder, encoder).rows).toBe(9);
    truncateSync(store.vectorsFile(2), 10); // and now row 8's numbers too
    const torn = CaptionStore.open(folder, encoder);
    expect(torn.rows).toBe(8);
    const { vectors, marks } = await encoder.encode(['x']);
    torn.append([keyOf('x')], vectors, dimensions, marks);
    const repaired = CaptionStore.open(folder, encoder);
    expect([repaired.rows, repaired.rowOf(keyOf('x')), repaired.rowOf(keyOf('caption 8'))]).toEqual([
      9, 8, -1,
    ]);
  });

  it('with rows that a crash scrambled are cut at the first', async () => {
    const { encoder, store } = await filled(3, 4);
    const bytes = readFileSync(store.vectorsFile(0));
    bytes[2 * dimensions + 1]! ^= 64; // row 1
    writeFileSync(store.vectorsFile(0), bytes);
    expect(CaptionStore.open(folder, encoder).rows).toBe(1);
    appendFileSync(store.vectorsFile(0), 'rest of an unfinished batch');
    expect(CaptionStore.open(folder, encoder).rows).toBe(1);
  });

  it('refuse another encoder with both names, another width, another precision', async () => {
    const { store } = await filled(3, 4);
    expect(() => CaptionStore.open(folder, hashEncoder(0, 'other 2'))).toThrow(
      /encoder 'hash 1'.*uses 'other 2'/,
    );
    expect(() => store.append([keyOf('x')], new Float32Array(8), 8, new Uint8Array(1))).toThrow(
      /vectors of 16 numbers, got 8 numbers for 1 rows of 8/,
    );
    expect(() => CaptionStore.open(folder, hashEncoder(), { precision: 'float32' })).toThrow(
      /holds float16, this run asks for float32/,
    );
    writeFileSync(join(folder, 'store.json'), '{"kind":"xclr');
    expect(() => CaptionStore.open(folder, hashEncoder())).toThrow(/store\.json is damaged/);
  });
});

describe('a graph over mapped rows', () => {
  it('equals the graph over rows in memory', async () => {
    const samples = numbered(500);
    const rows = await encodeDataset(samples, hashEncoder(), folder);
    using memory = new TextGraph(rows);
    using disk = new TextGraph(rows, { memoryLimit: 0 });
    const ids = Int32Array.of(7, 499, 0, 7, 499, 0);
    using a = memory.logits(ids); // (6, 6)
    using b = disk.logits(ids); // (6, 6)
    const [x, y] = [a.toArray(), b.toArray()];
    for (let i = 0; i < 36; i++) expect(Number(x[i])).toBeCloseTo(Number(y[i]), 4);
  });
});

describe('a copy of the rows with other vectors', () => {
  it('is not read from the store', async () => {
    const rows = await encodeDataset(numbered(2), hashEncoder(), folder);
    const changed = { ...rows, vectors: Float32Array.of(1, 0, 0, 1), dimensions: 2 };
    using graph = new TextGraph(changed, { memoryLimit: 0, targetTemperature: 1 });
    using logits = graph.logits(Int32Array.of(0, 1)); // (2, 2)
    expect(logits.toNumbers()).toEqual([1, 0, 0, 1]);
  });
});

describe('the lock', () => {
  it('lets one in after the other, and outlives a killed holder', async () => {
    const path = join(folder, 'lock');
    const first = await lockFile(path);
    await expect(lockFile(path, { patienceMs: 60 })).rejects.toThrow(
      new RegExp(`held by process ${process.pid} on host`),
    );
    const waiting = lockFile(path);
    first[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
    writeFileSync(path, JSON.stringify({ ...thisHolder(), pid: 2 ** 22 + 1 })); // beyond the largest process id
    (await lockFile(path, { patienceMs: 60 }))[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
  });
});

describe('a killed build', () => {
  it('resumes to the same bytes as an unbroken one', async () => {
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')];
    const count = 6000;
    expect(await encodeInChild(whole, count, 0)).toBe(0);
    const codes: (number | null)[] = [];
    for (const after of [600, 900, 750]) codes.push(await encodeInChild(broken, count, 200, after));
    expect(codes).toEqual([null, null, null]); // each was killed, none had ended
    expect(await encodeInChild(broken, count, 0)).toBe(0);
    expect(storeBytes(broken)).toEqual(storeBytes(whole));
  });
});
