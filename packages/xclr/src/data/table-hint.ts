// What to do about tables that lie beside images under other names than those that are looked for.
import { join } from 'node:path';

/** 'train.csv may be a table of the images: give it itself, shop/train.csv. ', or nothing where there is none. */
export function tableHint(folder: string, names: readonly string[]): string {
  const tables = names.filter((name) => /\.(csv|tsv|jsonl|ndjson|json|parquet)$/i.test(name));
  const [first] = tables;
  return first === undefined
    ? ''
    : `${tables.slice(0, 3).join(', ')} may be a table of the images: give it itself, ${join(folder, first)}. `;
}
