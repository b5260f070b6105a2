// Opens files of embeddings, several as one: parts that were made on several machines.
import { existsSync } from 'node:fs';
import { UserError } from '../../util/errors.js';
import { describeEncoder, type EncoderIdentity } from '../encoder/index.js';
import { formatOf } from './embedding-file.js';
import type { EmbeddedItems } from './item.js';
import { openNpy } from './npy-format.js';
import { type EmbeddingReader, openParquet } from './parquet-format.js';

/** Rows of one encoder, from one file or several. */
export interface Embeddings {
  readonly encoder: EncoderIdentity;
  /** Fingerprints of the data that the files were made from. */
  readonly data: readonly string[];
  readonly rows: number;
  /** Some hundred rows at a time. */
  parts(): AsyncGenerator<EmbeddedItems>;
}

function open(path: string): Promise<EmbeddingReader> {
  const format = formatOf(path);
  if (!existsSync(path))
    throw new UserError(`embeddings: there is no file ${path}`, 'Make it with `xclr embed`.');
  return format === '.parquet' ? openParquet(path) : openNpy(path);
}

/**
 * Opens files that `embedDataset` wrote.
 * @throws {UserError} where a file is missing or damaged, or two were made by different encoders
 */
export async function openEmbeddings(paths: readonly string[]): Promise<Embeddings> {
  const readers: EmbeddingReader[] = [];
  for (const path of paths) readers.push(await open(path));
  const [first] = readers;
  if (first === undefined) throw new UserError('embeddings: no file was named');
  const { encoder } = first.header;
  readers.forEach(({ header }, i) => {
    if (header.encoder.fingerprint === encoder.fingerprint) return;
    throw new UserError(
      `embeddings: ${paths[0]} was made by ${describeEncoder(encoder)}, ${paths[i]} by ${describeEncoder(header.encoder)}`,
      'Vectors of two encoders cannot be compared: embed all images with one.',
    );
  });
  return {
    encoder,
    data: readers.map(({ header }) => header.data.fingerprint),
    rows: readers.reduce((sum, reader) => sum + reader.rows, 0),
    async *parts() {
      for (const reader of readers) yield* reader.parts();
    },
  };
}
