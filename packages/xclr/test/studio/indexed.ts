// Indexes and files of embeddings for the studio's tests, as the commands write them, of images of plain colors.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../../src/data/index.js';
import { embedDataset, openEmbeddings } from '../../src/deploy/embed/index.js';
import { OnnxEncoder } from '../../src/deploy/encoder/index.js';
import { FolderIndex, readNewIndex } from '../../src/deploy/search/index.js';
import { putOnnxFolder, type TinyOnnx, tinyOnnx } from '../deploy/make.js';
import { putImages } from './sampled.js';

export interface FakeIndex {
  /** (3, 3) or (3, 2) row-major: what tells two encoders apart. */
  readonly weights?: NonNullable<TinyOnnx['weights']>;
  readonly images?: number;
  /** Builds the map from words too. */
  readonly words?: boolean;
  /** Says more of each caption, such as HTML. */
  readonly more?: string;
}

/** Writes FOLDER/data, FOLDER/NAME.parquet, FOLDER/NAME.index and the encoder FOLDER/NAME. @returns the table of the data */
export async function putIndex(folder: string, name: string, options: FakeIndex = {}): Promise<string> {
  const { images = 36, words = false, more = '', weights } = options;
  const data = join(folder, 'data');
  const rows = await putImages(data, images, more);
  const table = join(data, 'images.csv');
  const lines = rows.map(
    ({ id, captions, label }) => `${id},"${captions[0]!.replaceAll('"', '""')}",${label}\n`,
  );
  writeFileSync(table, `image,caption,label\n${lines.join('')}`);
  const encoderPath = putOnnxFolder(join(folder, name), tinyOnnx(weights && { weights }));
  await using encoder = await OnnxEncoder.load(encoderPath, { threads: 1 });
  const { path } = await embedDataset(
    { ...named(encoder, encoderPath) },
    await openDataset(table),
    join(folder, `${name}.parquet`),
  );
  const made = await readNewIndex(await openEmbeddings([path]), {
    ...(words && { textEncoder: { encoder: 'wordnet' as const, rarity: 0 } }),
  });
  await FolderIndex.build(join(folder, `${name}.index`), made);
  return table;
}

/** Under the path that was given, as the commands have it. */
function named(encoder: OnnxEncoder, path: string) {
  return {
    name: path,
    fingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    preparation: encoder.preparation,
    imageRange: encoder.imageRange,
    notice: encoder.notice,
    prepare: encoder.prepare.bind(encoder),
    embed: encoder.embed.bind(encoder),
    [Symbol.asyncDispose]: async () => {},
  };
}
