// A map of a file of embeddings: some of the rows are laid out, the others beside the most similar of them.
import { gzipSync } from 'node:zlib';
import type { ImageRef } from '../data/index.js';
import type { Embeddings, Item } from '../deploy/embed/index.js';
import { principalComponents } from '../report/principal-components.js';
import { Random } from '../util/random.js';
import { layoutOf } from './layout.js';
import { shownPath } from './shown-path.js';
import type { EmbeddingsAnswer } from './wire.js';

export interface EmbeddedMap {
  /** An EmbeddingsAnswer, gzipped. */
  readonly json: Uint8Array<ArrayBuffer>;
  readonly imageOf: ReadonlyMap<string, ImageRef | null>;
}

/** Items that are shown; of more, every so manieth. */
const mostItems = 100_000;
/** Rows that are laid out among each other; the others are placed by their nearest of these. */
const mostLandmarks = 2500;
/** Landmarks between which another row is placed. */
const between = 3;
/** Numbers of a row in which nearest landmarks are looked for. */
const narrow = 32;
/** Characters of a caption and of a column's value on the map. */
const longest = 120;

/** @param name what the file is called on the page */
export async function embeddedMap(embeddings: Embeddings, name: string): Promise<EmbeddedMap> {
  const { items, values, columns } = await readSome(embeddings);
  const positions = laidOut(values, columns);
  const short = (text: string) => text.slice(0, longest);
  const answer: EmbeddingsAnswer = {
    name,
    encoder: shownPath(embeddings.encoder.name),
    total: embeddings.rows,
    positions: Array.from(positions, (value) => Number(value.toPrecision(5))),
    items: items.map(({ id, captions, columns: { label = null, ...rest } }) => ({
      id,
      caption: short(captions[0] ?? ''),
      label,
      columns: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, short(value)])),
    })),
  };
  return {
    json: Uint8Array.from(gzipSync(JSON.stringify(answer))),
    imageOf: new Map(items.map(({ id, image }) => [id, image])),
  };
}

/** All rows, or as many evenly spread ones as are shown. @returns values (n, columns) */
async function readSome(embeddings: Embeddings) {
  const { rows, encoder } = embeddings;
  const d = encoder.dimensions;
  const n = Math.min(rows, mostItems);
  const items: Item[] = [];
  const values = new Float32Array(n * d);
  let row = 0;
  for await (const part of embeddings.parts()) {
    part.items.forEach((item, i) => {
      // Row `row` is taken where it begins the next of n equal stretches.
      const taken = Math.floor(((row + 1) * n) / rows) > Math.floor((row * n) / rows);
      row++;
      if (!taken || items.length >= n) return;
      values.set(part.vectors.subarray(i * d, (i + 1) * d), items.length * d);
      items.push(item);
    });
  }
  return { items, values: values.subarray(0, items.length * d), columns: d };
}

/** (n, 2) of rows (n, d). @internal */
export function laidOut(values: Float32Array, columns: number, landmarks = mostLandmarks): Float32Array {
  const n = columns === 0 ? 0 : values.length / columns;
  if (n <= landmarks) return layoutOf({ values, columns, start: null });
  const random = new Random(0);
  const offset = random.uniform();
  const chosen = Array.from({ length: landmarks }, (_, i) => Math.floor(((i + offset) * n) / landmarks));
  const some = new Float32Array(landmarks * columns);
  chosen.forEach((row, i) => {
    some.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  const plane = layoutOf({ values: some, columns, start: null });
  const { rows, width } = narrowed(values, columns, chosen);
  const known = new Float32Array(landmarks * width);
  chosen.forEach((row, i) => {
    known.set(rows.subarray(row * width, (row + 1) * width), i * width);
  });
  const out = new Float32Array(2 * n);
  for (let row = 0; row < n; row++)
    place(rows.subarray(row * width, (row + 1) * width), known, plane, out, row);
  chosen.forEach((row, i) => {
    out.set(plane.subarray(2 * i, 2 * i + 2), 2 * row);
  });
  return out;
}

/** Rows on the directions in which the landmarks vary most. */
function narrowed(
  values: Float32Array,
  columns: number,
  chosen: readonly number[],
): { rows: Float32Array; width: number } {
  if (columns <= narrow) return { rows: values, width: columns };
  const sample = chosen.map((row) => Float64Array.from(values.subarray(row * columns, (row + 1) * columns)));
  // The directions are those that give the scores back: least squares of the sample on its scores, whose columns are orthogonal.
  const scores = principalComponents(sample, narrow, { seed: 0 });
  const directions = Array.from({ length: narrow }, () => new Float32Array(columns));
  for (let c = 0; c < narrow; c++) {
    const square = scores.reduce((sum, score) => sum + score[c]! ** 2, 0);
    if (square < 1e-12) continue;
    scores.forEach((score, i) => {
      const weight = score[c]! / square;
      for (let j = 0; j < columns; j++) directions[c]![j]! += weight * sample[i]![j]!;
    });
  }
  const n = values.length / columns;
  const rows = new Float32Array(n * narrow);
  for (let row = 0; row < n; row++) {
    const from = row * columns;
    for (let c = 0; c < narrow; c++) {
      const direction = directions[c]!;
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += direction[j]! * values[from + j]!;
      rows[row * narrow + c] = sum;
    }
  }
  return { rows, width: narrow };
}

/** Between its nearest landmarks, by the inverse of their distances. */
function place(
  row: Float32Array,
  known: Float32Array,
  plane: Float32Array,
  out: Float32Array,
  at: number,
): void {
  const width = row.length;
  const [places, distances] = [new Int32Array(between).fill(-1), new Float64Array(between).fill(Infinity)];
  for (let i = 0; i < known.length / width; i++) {
    let distance = 0;
    const from = i * width;
    for (let j = 0; j < width; j++) {
      const difference = row[j]! - known[from + j]!;
      distance += difference * difference;
    }
    for (let slot = 0; slot < between; slot++) {
      if (distance >= distances[slot]!) continue;
      for (let later = between - 1; later > slot; later--) {
        distances[later] = distances[later - 1]!;
        places[later] = places[later - 1]!;
      }
      distances[slot] = distance;
      places[slot] = i;
      break;
    }
  }
  let [x, y, sum] = [0, 0, 0];
  for (let slot = 0; slot < between; slot++) {
    const found = places[slot]!;
    if (found < 0) continue;
    const weight = 1 / (distances[slot]! + 1e-6);
    x += weight * plane[2 * found]!;
    y += weight * plane[2 * found + 1]!;
    sum += weight;
  }
  out[2 * at] = x / sum;
  out[2 * at + 1] = y / sum;
}
