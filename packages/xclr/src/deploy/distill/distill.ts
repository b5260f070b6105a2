// Distillation with the loss that is there already: the teacher's own similarities are the graph (one loss, many graphs).

import { resolve } from 'node:path';
import { openDataset } from '../../data/index.js';
import {
  type EncoderName,
  type GivenFlag,
  resolveTrainConfig,
  type TrainConfig,
} from '../../train/config.js';
import { datasetOptions } from '../../train/dataset-options.js';
import type { RunFolder } from '../../train/run-folder.js';
import { runTraining, type SessionOptions } from '../../train/session.js';
import { UserError } from '../../util/errors.js';
import { embedDataset } from '../embed/embed-dataset.js';
import { RunEncoder } from '../encoder/index.js';

/** Architecture and settings of the student. */
export interface DistillOptions extends SessionOptions {
  /** The student's architecture. */
  readonly into: EncoderName;
  /** Other settings of the student; the teacher's hold where there is none. */
  readonly flags?: readonly GivenFlag[];
  readonly onEmbed?: ((done: number, total: number) => void) | undefined;
}

/**
 * The student's settings: the teacher's data, views, batch and schedule, and a graph of the teacher's vectors, centered as
 * evaluation centers them, with τ_s calibrated.
 * @param vectors file that `embedTeacher` writes
 * @internal
 */
export function studentConfig(
  teacher: TrainConfig,
  vectors: string,
  { into, flags = [] }: Pick<DistillOptions, 'into' | 'flags'>,
): TrainConfig {
  // Whatever the teacher learned from, the student learns from the teacher; where it was trained does not matter either.
  const { run: _r, resume: _s, graph: _g, method: _m, encoder: _e, textTower: _t, ...learned } = teacher;
  const { device: _d, threads: _n, precision: _p, ...kept } = learned;
  return resolveTrainConfig({
    base: {
      ...kept,
      run: `${teacher.run}-${into}`,
      precision: 'float32',
      method: 'xclr',
      encoder: { name: into, stem: teacher.encoder.stem },
      graph: {
        kind: 'embeddings',
        path: vectors,
        idColumn: 'id',
        temperature: 'auto',
        postprocess: { center: true },
      },
    },
    flags,
    overrides: { encoder: { name: into } },
  });
}

/** Embeds the teacher's data, then trains; both resume where they were stopped (`resume` in the flags for the second). */
export async function distill(teacher: RunFolder, options: DistillOptions) {
  const { config } = teacher.readRecord();
  const settings = studentConfig(config, 'vectors.parquet', options);
  const dataset = await openDataset(settings.data.path, datasetOptions(settings));
  const vectors = resolve(teacher.file(`vectors-${dataset.fingerprint.slice(0, 8)}.parquet`));
  const student = studentConfig(config, vectors, options);
  if (resolve(student.run) === teacher.path) {
    throw new UserError(
      "distill: the student cannot be written into its teacher's run folder",
      'Name another folder with --run.',
    );
  }
  await using encoder = new RunEncoder(teacher, { device: student.device });
  await embedDataset(encoder, dataset, vectors, { onProgress: options.onEmbed });
  return runTraining(student, options);
}
