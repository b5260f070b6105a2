// index.json: what an index folder consists of. Replacing it is what changes the index, all at once.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { writeFileAtomic } from '../../util/files.js';
import { sealedJson, unsealedJson } from '../../util/sealed-json.js';
import { defaultBreadth } from './hnsw.js';
import { precisions } from './stored-vectors.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Names of things inside the folder: nothing that could lead out of it. */
const inside = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);

const schema = z.strictObject({
  /** The first kind had a node for each of several equal rows. */
  kind: z.enum(['xclr index 1', 'xclr index 2']),
  encoder: z.strictObject({
    name: z.string(),
    fingerprint: z.string(),
    dimensions: z.number().int().positive(),
  }),
  precision: z.enum(precisions),
  /** Rows above which a segment gets a graph. */
  hnswAbove: z.number().int().nonnegative(),
  /** Candidates that HNSW looks at. */
  ef: z.number().int().positive().default(defaultBreadth),
  /** (dimensions) subtracted every vector, or null. */
  mean: z.array(z.number()).nullable(),
  columns: z.record(z.string(), z.enum(['text', 'number', 'mixed'])),
  textMap: z.strictObject({ file: inside, checksum: hash }).nullable(),
  segments: z.array(
    z.strictObject({
      name: inside,
      rows: z.number().int().nonnegative(),
      files: z.record(inside, hash),
      removed: z.array(z.number().int().nonnegative()),
    }),
  ),
});

export type Manifest = z.output<typeof schema>;

export const manifestFile = 'index.json';

/** With a checksum of its own around it. */
export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileAtomic(join(folder, manifestFile), sealedJson('manifest', manifest));
}

/** @throws {UserError} where there is none, or it is damaged */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestFile);
  if (!existsSync(path)) {
    throw new UserError(`index ${folder}: there is no index`, 'Build it with `xclr index build`.');
  }
  const found = unsealedJson('manifest', readFileSync(path, 'utf8'));
  if (found === undefined) {
    throw new UserError(
      `index: ${path} is damaged`,
      'Restore the index folder from a copy, or build it again.',
    );
  }
  const parsed = schema.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new UserError(`index: ${path} was written by another version of xclr`, 'Build the index again.');
}
