// snapshots/ in a run folder: a fixed sample of the data, its similarities by the graph, and its vectors as training went on.
// Read without LibTorch: the studio shows them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

export function writeSnapshot(folder: string, { step, seconds, features, projected }: Snapshot): void {
  const tensors = { features: half(features), ...(projected !== null && { projected: half(projected) }) };
  const metadata = { kind, step: String(step), seconds: seconds.toFixed(3) };
  const name = `step-${String(step).padStart(8, '0')}.safetensors`;
  writeFileAtomic(join(folder, name), safetensorsFile(tensors, metadata));
}

function half({ values, rows, columns }: Matrix) {
  return { dtype: 'F16', shape: [rows, columns], bytes: new Uint8Array(toHalves(values).buffer) };
}

/** @throws {UserError} where there is none or it is damaged */
export function readSample(folder: string): SnapshotSample {
  const path = join(folder, 'sample.json');
  if (!existsSync(path)) {
    throw new UserError(
      `${folder} holds no snapshots`,
      'Train with --snapshots-count 20, or make one of a trained run: xclr snapshot RUN',
    );
  }
  try {
    const sample = JSON.parse(readFileSync(path, 'utf8')) as SnapshotSample;
    if (sample.kind === kind && Array.isArray(sample.images)) return sample;
  } catch {
    // said below
  }
  throw new UserError(`${path} is damaged, or no sample of snapshots`, 'Make it again: xclr snapshot RUN');
}

/** (n, n) similarities by the graph, before τ_s; null where the method has none. */
export function readSimilarities(folder: string): Matrix | null {
  const path = join(folder, 'graph.safetensors');
  if (!existsSync(path)) return null;
  const { tensors } = parseSafetensors(readFileSync(path), path);
  return matrixOf(tensors.get('similarities'), path);
}

/** The steps of which there are snapshots, ascending. */
export function snapshotSteps(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws {UserError} where there is none, or it is damaged */
export function readSnapshot(folder: string, step: number): Snapshot {
  const path = join(folder, `step-${String(step).padStart(8, '0')}.safetensors`);
  if (!existsSync(path)) throw new UserError(`${folder} holds no snapshot of step ${step}`);
  const { tensors, metadata } = parseSafetensors(readFileSync(path), path);
  const projected = tensors.get('projected');
  return {
    step,
    seconds: Number(metadata.seconds ?? 0),
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
