// A catalog page from an index: items with their vectors, words with theirs, filters; and the exported encoder for images.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { append } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import type { EmbeddedItems, Item } from '../embed/index.js';
import { OnnxEncoder } from '../encoder/index.js';
import type { VectorIndex } from '../search/index.js';
import { browserModels, refuseRange } from './browser-models.js';
import { catalogColumns } from './catalog-columns.js';
import { wordVectors } from './catalog-words.js';
import { toInt8 } from './int8-rows.js';
import { writeCatalog } from './write-catalog.js';

/** What the page of a catalog shows. */
export interface CatalogOptions {
  /** The index's name by default. */
  readonly title?: string | undefined;
  /** Columns to filter by and to show; by default all that have few values or are numbers. */
  readonly columns?: readonly string[] | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What was written. */
export interface CatalogReport {
  readonly items: number;
  /** Items whose image could not be read: the page says so in its place. */
  readonly withoutImage: number;
  /** Bytes of the page and its index, without images and encoder: what a first visit loads. */
  readonly pageBytes: number;
  /** Bytes that the first search by an image loads. */
  readonly encoderBytes: number;
  readonly imageBytes: number;
  /** File of the exported folder that was taken, and its vectors' mean cosine with the index's. */
  readonly model: string;
  readonly agreement: number;
  readonly columns: readonly string[];
  readonly words: number;
}

/** A browser compares a query with every item, and keeps them all in memory. */
const mostItems = 50_000;
/** Items whose images are encoded once more, to see whether the encoder is the index's. */
const checked = 16;
/** Least mean cosine: 8-bit weights stay above 0.99, another encoder's vectors lie near 0. */
const leastAgreement = 0.95;

/**
 * Writes a page of static files on which customers look for items by an image, by words or by another item.
 * @param exported folder that `xclr export` wrote; the smallest of its models whose vectors agree with the index is taken
 * @param out an older catalog there is replaced
 * @throws {UserError} for an index that is empty, too large or of another encoder
 */
export async function exportCatalog(
  exported: string,
  index: VectorIndex,
  out: string,
  { title, columns, onProgress }: CatalogOptions = {},
): Promise<CatalogReport> {
  if (index.size === 0 || index.size > mostItems) {
    throw new UserError(
      `catalog: expected an index of 1 to ${mostItems.toLocaleString('en')} items, got ${index.size.toLocaleString('en')}`,
      index.size === 0
        ? 'Add items: xclr index add.'
        : 'A browser would have to load them all: serve the index with xclr serve.',
    );
  }
  const rows = await everyItem(index);
  const shown = catalogColumns(rows.items, index.columns, columns);
  const { model, agreement, notice } = await agreeingModel(exported, index, rows);
  const words = wordVectors(
    rows.items.map(({ captions }, row) => [...captions, ...shown.textsOf(row)].join(' ')),
    rows.vectors,
    index.encoder.dimensions,
  );
  const written = await writeCatalog(out, {
    title: title ?? basename(index.name),
    notice,
    model,
    preprocessor: JSON.parse(readFileSync(join(exported, 'preprocessor_config.json'), 'utf8')) as object,
    dimensions: index.encoder.dimensions,
    mean: index.space.mean === null ? null : [...index.space.mean],
    items: rows.items,
    vectors: toInt8(rows.vectors, index.encoder.dimensions),
    columns: shown,
    words,
    onProgress,
  });
  return {
    ...written,
    items: rows.items.length,
    model,
    agreement,
    columns: shown.columns.map(({ name }) => name),
    words: words.words.length,
  };
}

async function everyItem(index: VectorIndex): Promise<EmbeddedItems> {
  const items: Item[] = [];
  const vectors = new Float32Array(index.size * index.encoder.dimensions);
  for await (const part of index.entries()) {
    vectors.set(part.vectors, items.length * index.encoder.dimensions);
    append(items, part.items);
  }
  return { items, vectors };
}

/** The first of the models, from the smallest on, whose vectors of some items' images are the index's. */
async function agreeingModel(exported: string, index: VectorIndex, { items, vectors }: EmbeddedItems) {
  const models = browserModels(exported);
  if (models.length === 0) {
    throw new UserError(
      `catalog: ${exported} has no model that a browser can run`,
      'Give a folder that xclr export wrote.',
    );
  }
  const found: string[] = [];
  for (const model of models) {
    await using encoder = await OnnxEncoder.load(model);
    refuseRange(encoder, 'catalog');
    const agreement = await meanCosine(encoder, index, { items, vectors });
    if (agreement >= leastAgreement) return { model, agreement, notice: encoder.notice };
    found.push(
      `${basename(model)} ${Number.isNaN(agreement) ? 'none of the images can be read' : agreement.toFixed(3)}`,
    );
  }
  throw new UserError(
    `catalog: the vectors of the index ${index.name} are not those of ${exported} (mean cosine of the same images: ${found.join(', ')})`,
    'Embed the images with the exported folder (xclr embed) and build the index from that, or export the run that the index was built with.',
  );
}

/** NaN where none of the images can be read, or the dimensions differ. */
async function meanCosine(
  encoder: OnnxEncoder,
  index: VectorIndex,
  { items, vectors }: EmbeddedItems,
): Promise<number> {
  const d = index.encoder.dimensions;
  if (encoder.dimensions !== d) return 0;
  const step = Math.max(1, Math.floor(items.length / checked));
  const cosines: number[] = [];
  for (let row = 0; row < items.length && cosines.length < checked; row += step) {
    const { image } = items[row]!;
    const prepared = image === null ? null : await encoder.prepare(image).catch(() => null);
    if (prepared === null) continue;
    const vector = index.space.of(await encoder.embed([prepared]));
    cosines.push(vector.reduce((sum, value, i) => sum + value * vectors[row * d + i]!, 0));
  }
  return cosines.reduce((sum, one) => sum + one, 0) / cosines.length;
}
