// The catalog page without a browser: its files, its arithmetic against the index's own, and what it refuses.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diversified } from '../../src/deploy/search/diversify.js';
import { Space } from '../../src/deploy/search/index.js';
import { exportCatalog } from '../../src/deploy/web/catalog.js';
import { catalogColumns } from '../../src/deploy/web/catalog-columns.js';
import { catalogHtml } from '../../src/deploy/web/catalog-html.js';
import { wordsIn, wordVectors } from '../../src/deploy/web/catalog-words.js';
import { toInt8 } from '../../src/deploy/web/int8-rows.js';
import { best, inSpace, passing, rowsOf, similarities, varied, vectorOf } from '../../web/catalog-index.js';
import { withNames, wordQuery, wordsIn as wordsInPage } from '../../web/catalog-words.js';
import { put, temporaryFolder } from '../data/make.js';
import { payload } from '../pages/small-set.js';
import { clusteredRows, putOnnxFolder, tinyOnnx } from './make.js';
import { smallShop } from './make-catalog.js';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('exportCatalog', () => {
  it('writes what the page loads: items, vectors, words, filters, images by number', async () => {
    const { exported, index, items } = await smallShop();
    const out = join(temporaryFolder(), 'site');
    const report = await exportCatalog(exported, index, out, { title: 'Shirts & more' });
    expect(report).toMatchObject({ items: 12, withoutImage: 0, columns: ['type', 'price'], words: 7 });
    expect(Math.abs(report.agreement - 1)).toBeLessThan(1e-3); // the index keeps float16
    const listed = read(join(out, 'index/items.json'));
    expect(listed.ids).toEqual(items.map(({ id }) => id));
    expect(listed.titles[1]).toBe('red shoe');
    expect(listed.columns[1]!.slice(0, 4)).toEqual([10, 20, 30, 40]);
    expect(read(join(out, 'catalog.json')).columns[0]).toEqual({
      name: 'type',
      kind: 'choice',
      values: ['hat', 'scarf', 'shirt', 'shoe'],
    });
    expect(readdirSync(join(out, 'images'))).toHaveLength(12);
    const kept = /const files = '([^']*)'/.exec(readFileSync(join(out, 'service-worker.js'), 'utf8'))![1]!;
    for (const file of kept.split('\\n')) expect(existsSync(join(out, file)), file).toBe(true);
    expect(kept).not.toMatch(/images\/|ort\/|model\//); // these are kept as they are asked for
    for (const name of readdirSync(join(out, 'app')))
      for (const [, from] of readFileSync(join(out, 'app', name), 'utf8').matchAll(/from '([^']+)'/g))
        expect(existsSync(join(out, 'app', from!)), `${name} imports ${from}`).toBe(true);
    await exportCatalog(exported, index, out); // takes the older one's place
    await expect(
      exportCatalog(exported, index, put(join(temporaryFolder(), 'a/notes.txt'), 'x').slice(0, -10)),
    ).rejects.toThrow(/is not empty and does not hold an earlier export/);
  });

  it('makes no path, markup or code of what names hold, and says in place of an image that it is not there', async () => {
    const { exported, index, items } = await smallShop({ said: ` ${payload}/../..` });
    await index.upsert({
      items: [{ ...items[0]!, id: '../../x', image: null }],
      vectors: Float32Array.of(1, 0, 0),
    });
    const out = join(temporaryFolder(), 'site');
    const report = await exportCatalog(exported, index, out, { title: payload });
    expect(report.withoutImage).toBe(1);
    const files = readdirSync(out, { recursive: true }).map(String);
    for (const file of files) expect(file).toMatch(/^[a-z0-9/.-]+$/);
    const html = readFileSync(join(out, 'index.html'), 'utf8');
    expect(html).not.toContain('<img src=x');
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/);
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="app/catalog.js">']);
    expect(html).not.toMatch(/<style|style=| on[a-z]+="/);
  });

  it('shows the notice of the encoder before the search', () => {
    const page = catalogHtml('Scans', 'Not for diagnosis.');
    expect(page.indexOf('Not for diagnosis.')).toBeGreaterThan(0);
    expect(page.indexOf('Not for diagnosis.')).toBeLessThan(page.indexOf('<form'));
    expect(catalogHtml('Scans')).not.toContain('role="note"');
  });

  it('refuses an index of another encoder, one that is empty, and a folder without a model', async () => {
    const { exported, index, items } = await smallShop();
    const out = join(temporaryFolder(), 'site');
    const other = join(temporaryFolder(), 'other');
    putOnnxFolder(other, tinyOnnx({ weights: [0, 1, 0, 0, 0, 1, 1, 0, 0] }));
    await expect(exportCatalog(other, index, out)).rejects.toThrow(
      /the vectors of the index .* are not those of .*\(mean cosine of the same images: model.onnx -?0\.\d+\)[\s\S]*xclr embed/,
    );
    await expect(exportCatalog(temporaryFolder(), index, out)).rejects.toThrow(
      /has no model that a browser can run/,
    );
    await index.remove(items.map(({ id }) => id));
    await expect(exportCatalog(exported, index, out)).rejects.toThrow(
      /expected an index of 1 to 50,000 items, got 0[\s\S]*index add/,
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe('the columns of a catalog', () => {
  const items = ['a', 'b', 'c'].map((id, i) => ({
    id,
    captions: [],
    image: null,
    columns: { color: i < 2 ? 'red' : ' ', price: String(i), split: 'test', name: id },
  }));
  const kinds = { color: 'text', price: 'number', split: 'text', name: 'text' } as const;

  it('are those with few values, and numbers; a blank is no value', () => {
    const shown = catalogColumns(items, kinds);
    expect(shown.columns.map(({ name }) => name)).toEqual(['price', 'name']); // one color is no choice
    const asked = catalogColumns(items, kinds, ['color']);
    expect(asked.values).toEqual([[0, 0, null]]);
    expect(asked.textsOf(0)).toEqual(['red']);
  });

  it('are refused where no item has them, or where there are too many values to choose from', () => {
    expect(() => catalogColumns(items, kinds, ['colour'])).toThrow(
      /no item has a column 'colour'[\s\S]*'color'/,
    );
    const many = Array.from({ length: 501 }, (_, i) => ({ ...items[0]!, columns: { name: `n${i}` } }));
    expect(() => catalogColumns(many, { name: 'text' }, ['name'])).toThrow(/501 different values/);
  });
});

describe('the arithmetic of the page', () => {
  const [n, d] = [400, 32];
  const vectors = clusteredRows(n, d, 5);
  const rows = rowsOf(toInt8(vectors, d), d);

  it('gives the cosines of the index: 8 bits move a cosine by less than 0.02', () => {
    const query = vectors.slice(7 * d, 8 * d);
    similarities(rows, query).forEach((cosine, row) => {
      const exact = query.reduce((sum, value, i) => sum + value * vectors[row * d + i]!, 0);
      // A row's error is at most half a step of 1/127 of its largest value, in each of 32 numbers.
      expect(Math.abs(cosine - exact)).toBeLessThan(0.02);
    });
    expect(vectorOf(rowsOf(new Int8Array(d), d), 0)).toEqual(new Float32Array(d)); // zeros: similar to nothing
    expect(() => similarities(rows, query.subarray(1))).toThrow(/vectors of 32 numbers, the encoder gave 31/);
  });

  it('brings a vector into the index’s space as the index does', () => {
    const space = Space.centeredOn(vectors, d);
    const given = vectors.slice(0, d).map((value) => 3 * value);
    const expected = space.of(given.map((value) => value / 3));
    inSpace(given, [...space.mean!]).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    inSpace(given, null).forEach((value, i) => {
      expect(value).toBeCloseTo(vectors[i]!, 5);
    });
  });

  it('chooses varied rows as the index does', () => {
    const scores = similarities(rows, vectors.slice(0, d));
    const candidates = best(scores, [...Array(n).keys()], 50);
    const own = new Float32Array(candidates.flatMap((row) => [...vectorOf(rows, row)]));
    const places = diversified(
      candidates.map((row) => scores[row]!),
      own,
      10,
      0.4,
    );
    expect(varied(rows, scores, candidates, { count: 10, diversity: 0.4 })).toEqual(
      places.map((place) => candidates[place]),
    );
    expect(varied(rows, scores, candidates, { count: 10, diversity: 0 })).toEqual(candidates.slice(0, 10));
  });

  it('filters by a choice and by a range, and lets no item pass that has no value', () => {
    const columns = [
      [0, 1, null, 1],
      [5, 10, 15, null],
    ];
    expect(passing(4, columns, [])).toEqual([0, 1, 2, 3]);
    expect(passing(4, columns, [{ column: 0, value: 1 }])).toEqual([1, 3]);
    expect(passing(4, columns, [{ column: 1, from: 6, to: Infinity }])).toEqual([1, 2]);
    expect(
      passing(4, columns, [
        { column: 0, value: 1 },
        { column: 1, from: 0, to: 20 },
      ]),
    ).toEqual([1]);
  });
});

describe('words', () => {
  it('are the same to the page as to who writes it', () => {
    for (const text of [
      'Blue SHOES, size 42',
      'Jürgen’s naïve façade',
      '靴 青い',
      '  ',
      'a-b_c',
      'ﬁne ﬁne',
      payload,
    ])
      expect(wordsInPage(text)).toEqual(wordsIn(text));
    expect(wordsIn('Blue SHOES, blue size-42')).toEqual(['blue', 'shoes', 'size', '42']);
  });

  it('are vectors: the mean of the images that they name; names with all words come first', () => {
    const vectors = Float32Array.of(1, 0, 0.6, 0.8, 0, 1);
    const made = wordVectors(['red shoe', 'red hat', 'blue hat'], vectors, 2);
    expect(made.words).toEqual(['hat', 'red', 'blue', 'shoe']);
    const red = made.vectors.slice(2, 4);
    expect(red[0]).toBeCloseTo(1.6 / Math.hypot(1.6, 0.8), 6);
    expect(made.weights[0]).toBeCloseTo(Math.log(4 / 2), 4);
    const words = {
      places: new Map(made.words.map((word, place) => [word, place])),
      rows: rowsOf(toInt8(made.vectors, 2), 2),
      weights: made.weights,
    };
    const query = wordQuery('Red hat, please', words);
    expect(query.unknown).toEqual(['please']);
    const own = ['red shoe', 'red hat', 'blue hat'].map((text) => new Set(wordsIn(text)));
    const scores = withNames(similarities(rowsOf(toInt8(vectors, 2), 2), query.vector!), query.known, own);
    expect(best(scores, [0, 1, 2], 1)).toEqual([1]);
    expect(wordQuery('constructor __proto__ xyz', words)).toMatchObject({ vector: null });
  });
});
