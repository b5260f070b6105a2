// snapshots/ in a run folder: a fixed sample of the data, its similarities by the graph, and its vectors as training went on.
// Read without LibTorch: the studio shows them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRef, Sample } from '../../data/index.js';
import { floatsOf, type Matrix, parseSafetensors, safetensorsFile } from '../../graph/array-files.js';
import { toHalves } from '../../graph/float16.js';
import { UserError } from '../../util/errors.js';
import { writeFileAtomic } from '../../util/files.js';

/** An image of the sample, with what is needed to show it. */
export interface SampledImage {
  readonly id: string;
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly image: ImageRef;
}

/** What sample.json holds. */
export interface SnapshotSample {
  readonly kind: 'xclr snapshots 1';
  readonly data: { readonly name: string; readonly fingerprint: string };
  /** What the run learned from: 'caption similarity by wordnet, τ_s 0.3'. */
  readonly graph: string;
  /** τ_s of the graph; null where it has none, or one for each row. */
  readonly temperature: number | null;
  readonly images: readonly SampledImage[];
}

/** The sample's unit rows after a step. */
export interface Snapshot {
  /** Optimizer steps taken; 0 before the first. */
  readonly step: number;
  /** Seconds that making and writing it took. */
  readonly seconds: number;
  /** Seconds that it and those before it took; absent in older files. */
  readonly totalSeconds?: number | undefined;
  /** (n, d) before the projector: what is used afterwards. */
  readonly features: Matrix;
  /** (n, p) after the projector: what the loss sees; null where there is none. */
  readonly projected: Matrix | null;
}

const kind = 'xclr snapshots 1';

/** The folder in a run folder. */
export const snapshotFolder = (run: string): string => join(run, 'snapshots');

export function sampledImage({ id, captions, label, attributes, image }: Sample): SampledImage {
  return { id, captions, label, attributes, image };
}

/** @param similarities (n, n) by the graph, before τ_s; null where the method has no graph */
export function writeSample(folder: string, sample: SnapshotSample, similarities: Float32Array | null): void {
  writeFileAtomic(join(folder, 'sample.json'), `${JSON.stringify(sample)}\n`);
  if (similarities === null) return;
  const n = sample.images.length;
  const tensors = { similarities: half({ values: similarities, rows: n, columns: n }) };
  writeFileAtomic(join(folder, 'graph.safetensors'), safetensorsFile(tensors, { kind }));
}

export function writeSnapshot(
  folder: string,
  { step, seconds, totalSeconds, features, projected }: Snapshot,
): void {
  const tensors = { features: half(features), ...(projected !== null && { projected: half(projected) }) };
  const metadata = {
    kind,
    step: String(step),
    seconds: seconds.toFixed(3),
    ...(totalSeconds !== undefined && { totalSeconds: totalSeconds.toFixed(3) }),
  };
  const name = `step-${String(step).padStart(8, '0')}.safetensors`;
  writeFileAtomic(join(folder, name), safetensorsFile(tensors, metadata));
}

function half({ values, rows, columns }: Matrix) {
  return { dtype: 'F16', shape: [rows, columns], bytes: new Uint8Array(toHalves(values).buffer) };
}

/** Bytes of a file; null where there is none. A disk that hangs holds up who asked, and nobody else. */
async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new UserError(`${path} cannot be read: ${message}`);
  }
}

/** @throws {UserError} where there is none or it is damaged */
export async function readSample(folder: string): Promise<SnapshotSample> {
  const path = join(folder, 'sample.json');
  const bytes = await bytesOf(path);
  if (bytes === null) {
    throw new UserError(
      `${folder} holds no snapshots`,
      'Train with --snapshots-count 20, or make one of a trained run: xclr snapshot RUN',
    );
  }
  try {
    const sample = JSON.parse(bytes.toString('utf8')) as SnapshotSample;
    if (sample.kind === kind && Array.isArray(sample.images)) return sample;
  } catch {
    // said below
  }
  throw new UserError(`${path} is damaged, or no sample of snapshots`, 'Make it again: xclr snapshot RUN');
}

/** (n, n) similarities by the graph, before τ_s; null where the method has none. */
export async function readSimilarities(folder: string): Promise<Matrix | null> {
  const path = join(folder, 'graph.safetensors');
  const bytes = await bytesOf(path);
  if (bytes === null) return null;
  const { tensors } = parseSafetensors(bytes, path);
  return matrixOf(tensors.get('similarities'), path);
}

/** The steps of which there are snapshots, ascending. */
export async function snapshotSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws {UserError} where there is none, or it is damaged */
export async function readSnapshot(folder: string, step: number): Promise<Snapshot> {
  const path = join(folder, `step-${String(step).padStart(8, '0')}.safetensors`);
  const bytes = await bytesOf(path);
  if (bytes === null) throw new UserError(`${folder} holds no snapshot of step ${step}`);
  const { tensors, metadata } = parseSafetensors(bytes, path);
  const projected = tensors.get('projected');
  return {
    step,
    seconds: Number(metadata.seconds ?? 0),
    totalSeconds: metadata.totalSeconds === undefined ? undefined : Number(metadata.totalSeconds),
    features: matrixOf(tensors.get('features'), path),
    projected: projected === undefined ? null : matrixOf(projected, path),
  };
}

function matrixOf(tensor: Parameters<typeof floatsOf>[0] | undefined, path: string): Matrix {
  const [rows, columns] = tensor?.shape ?? [];
  if (tensor === undefined || rows === undefined || columns === undefined)
    throw new UserError(`${path} lacks a matrix that snapshots have`, 'Make it again: xclr snapshot RUN');
  return { values: floatsOf(tensor, path), rows, columns };
}
