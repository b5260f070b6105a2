// Files of embeddings: what they say of themselves, and the two kinds there are.

import { UserError } from '../../util/errors.js';
import type { EncoderIdentity } from '../encoder/index.js';
import type { EmbeddedItems } from './item.js';

/** What every file of embeddings says of itself. */
export interface EmbeddingHeader {
  readonly kind: 'xclr embeddings 1';
  readonly encoder: EncoderIdentity;
  readonly data: { readonly name: string; readonly fingerprint: string };
  /** Which part of the data, from 1: { index: 2, of: 4 }. */
  readonly shard: { readonly index: number; readonly of: number };
}

/** Takes parts in order, each of some hundred rows; nothing is at `path` before `finish`. */
export interface EmbeddingWriter {
  write(part: EmbeddedItems): void;
  finish(): void;
}

export type EmbeddingFormat = '.parquet' | '.npy';

/** @throws {UserError} for another extension */
export function formatOf(path: string): EmbeddingFormat {
  const [extension] = /\.[^./]*$/.exec(path.toLowerCase()) ?? [''];
  if (extension === '.parquet' || extension === '.npy') return extension;
  throw new UserError(
    `embeddings: expected a path that ends in .parquet or .npy, got ${path}`,
    'Parquet stores ids and columns too; for .npy they are stored beside it as JSON lines.',
  );
}

/** Files beside an .npy: a line an item, and the header. */
export function npySidecars(path: string): { items: string; header: string } {
  return { items: `${path}.items.jsonl`, header: `${path}.json` };
}

/** "a.parquet" → "a-2-of-4.parquet"; one shard alone keeps its name. */
export function shardPath(path: string, { index, of }: EmbeddingHeader['shard']): string {
  if (of === 1) return path;
  const format = formatOf(path);
  return `${path.slice(0, -format.length)}-${index}-of-${of}${path.slice(-format.length)}`;
}

function isHeader(value: unknown): value is EmbeddingHeader {
  return (
    typeof value === 'object' && value !== null && (value as EmbeddingHeader).kind === 'xclr embeddings 1'
  );
}

/** @throws {UserError} for text that is no header */
export function parseHeader(text: string | undefined, path: string): EmbeddingHeader {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (isHeader(value)) return value;
  } catch {
    // said below
  }
  throw new UserError(
    `embeddings: ${path} does not say which encoder made it`,
    'Make the embeddings with `xclr embed`.',
  );
}
