// One line per logged step, in metrics.jsonl and for TensorBoard.
import { existsSync } from 'node:fs';
import { appendLine, readJsonLines, writeFileAtomic } from '../util/files.js';
import type { RunFolder } from './run-folder.js';
import { TensorBoardWriter } from './tensorboard.js';

export interface MetricsRow {
  readonly step: number;
  readonly loss: number;
  readonly lr: number;
  /** Loss of a random guess, ln(v·b − 1) for v views of each of b samples: a loss that stays there learns nothing. */
  readonly chanceLoss: number;
  /** Entropy of the graph's rows, in nats: below it the loss cannot fall. */
  readonly targetEntropy: number;
  /** The graph's weight on the other view of the same sample. */
  readonly positiveMass: number;
  readonly viewsPerSecond: number;
  /** Seconds a step waited for images, and took in all; means since the last row. */
  readonly dataSeconds: number;
  readonly stepSeconds: number;
  readonly gradNorm?: number;
  readonly validationLoss?: number;
}

/** Rows of a run, and only whole ones: a crash may have cut the last. */
export function readMetrics(run: RunFolder): MetricsRow[] {
  const file = run.file('metrics.jsonl');
  return existsSync(file) ? (readJsonLines(file).values as MetricsRow[]) : [];
}

export class MetricsLog implements Disposable {
  readonly #file: string;
  readonly #board: TensorBoardWriter;

  /** With `resumeAt`, rows of later steps are dropped: they will be made again. */
  constructor(run: RunFolder, { resumeAt }: { resumeAt?: number } = {}) {
    this.#file = run.file('metrics.jsonl');
    if (resumeAt !== undefined) {
      const kept = readMetrics(run).filter((row) => row.step <= resumeAt);
      writeFileAtomic(this.#file, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
    }
    this.#board = new TensorBoardWriter(run.path, resumeAt === undefined ? {} : { resumeAt: resumeAt + 1 });
  }

  write(row: MetricsRow): void {
    appendLine(this.#file, row);
    const { step, ...values } = row;
    this.#board.scalars(step, values);
  }

  [Symbol.dispose](): void {
    this.#board.close();
  }
}
