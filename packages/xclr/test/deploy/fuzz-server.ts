// Properties of what the server reads from strangers, for fast-check: filters, file formats, PNG chunks, JSON and requests.
import fc from 'fast-check';
import { expect } from 'vitest';
import { columnsOf } from '../../src/deploy/search/columns.js';
import { parseConditions, passes } from '../../src/deploy/search/conditions.js';
import { RowFilter } from '../../src/deploy/search/row-filter.js';
import { describeContent, uploadFormat } from '../../src/deploy/serve/decode/formats.js';
import { imageChunks } from '../../src/deploy/serve/decode/png-chunks.js';
import { UserError } from '../../src/util/errors.js';
import { pngWith } from './hostile-uploads.js';

/** How long and from which seed; fast-check prints the seed and the smallest input of a failure. */
export type Trial = fc.Parameters<unknown>;

const texts = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...' =!<>|,\\ab1.-é\n'), maxLength: 200 }),
  fc.constantFrom('constructor=1', '__proto__!=x', 'price<1e308', 'price>=-0', 'color=a\\,b'),
);

/** Any text is a filter or a UserError, and rows pass it as items do. */
export function filters(trial: Trial): void {
  const value = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('', ' ', '1', '-2.5', '1e3', 'n/a', 'a'),
  );
  const columns = fc.dictionary(fc.constantFrom('color', 'price', 'a', 'constructor', '__proto__'), value);
  fc.assert(
    fc.property(texts, fc.array(columns, { maxLength: 6 }), (text, rows) => {
      const items = rows.map((one, i) => ({ id: `i${i}`, captions: [], image: null, columns: one }));
      let conditions: ReturnType<typeof parseConditions>;
      try {
        conditions = parseConditions(text, columnsOf(items));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return;
      }
      const test = new RowFilter(items).test(conditions);
      expect(items.map((_, i) => test(i))).toEqual(items.map((one) => passes(one, conditions)));
    }),
    trial,
  );
}

/** Any bytes have a format or none, and PNG chunks end; nothing throws, nothing grows. */
export function uploads(trial: Trial): void {
  const png = pngWith(4, [1, 2, 3]);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: png.length }), fc.nat({ max: png.length }))
      .map(([inserted, from, to]) => Buffer.concat([png.subarray(0, from), inserted, png.subarray(to)])),
    fc
      .uint8Array({ maxLength: 60 })
      .map((rest) => Buffer.concat([Buffer.from('\0\0\0\x20ftyp', 'latin1'), rest])),
  );
  fc.assert(
    fc.property(bytes, (file) => {
      uploadFormat(file);
      expect(describeContent(file)).toMatch(/^(an? |something else)/);
      const kept = imageChunks(file);
      expect(kept.length).toBeLessThanOrEqual(file.length);
      expect(Buffer.from(imageChunks(kept)).equals(kept)).toBe(true); // what is left out is left out at once
    }),
    trial,
  );
}

/** Without halves of surrogate pairs, which no address can carry. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/** Any request gets an answer that is no fault of the server's, as JSON that says what is wrong, and the next one is answered. */
export async function requests(url: string, trial: Trial): Promise<void> {
  const settings = fc.record(
    {
      id: fc.oneof(fc.string(), fc.constantFrom('red', '..', '')),
      text: fc.string(),
      k: fc.oneof(fc.integer(), fc.double(), fc.string({ maxLength: 5 })),
      filter: texts,
      diversity: fc.oneof(fc.double(), fc.constant(null)),
      __proto__: fc.anything({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  );
  const json = fc.oneof(
    settings.map((one) => JSON.stringify(one)),
    fc.json(),
    fc.string(),
  );
  const boundary = fc
    .string({ maxLength: 80 })
    .map((text) => `--b\r\ncontent-disposition: form-data; name="${text}"\r\n\r\n${text}\r\n--b--`);
  const path = fc.oneof(
    fc.constantFrom('/search', '/recommend', '/embed', '/items/red', '/item?id=..', '/items/red/thumbnail'),
    fc.webPath(),
    fc.string({ maxLength: 30 }).map((text) => `/items/${encodeURIComponent(wellFormed(text))}`),
    fc
      .record({ k: fc.string({ maxLength: 4 }), filter: texts })
      .map(({ k, filter }) => `/search?${new URLSearchParams({ k, filter: wellFormed(filter) })}`),
  );
  const type = fc.constantFrom(
    'application/json',
    'image/png',
    'multipart/form-data; boundary=b',
    'text/plain',
    'application/octet-stream',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      path,
      type,
      fc.oneof(json, boundary),
      async (method, where, contentType, body) => {
        const answer = await fetch(`${url}${where}`, {
          method,
          headers: { 'content-type': contentType },
          ...(method !== 'GET' && { body }),
        });
        const text = await answer.text();
        expect(answer.status, `${method} ${where} ${contentType} ${body}: ${text}`).toBeLessThan(500);
        if (answer.status >= 400) expect(JSON.parse(text)).toHaveProperty('error');
      },
    ),
    trial,
  );
  expect((await fetch(`${url}/health`)).status).toBe(200);
}
