// When a run's checkpoints are written: `last` every so often and at the end, `best` at the lowest validation loss.
import { _foreachNorm, noGrad, scoped, stack } from '@xclr/torch';
import { type Checkpointed, loadCheckpoint, type Restored, saveCheckpoint } from './checkpoint.js';
import type { TrainConfig } from './config.js';
import { notFinite } from './queued-step.js';
import type { RunFolder } from './run-folder.js';

export class CheckpointKeeper {
  readonly #run: RunFolder;
  /** What a checkpoint keeps. */
  readonly parts: Checkpointed;
  readonly #writes: boolean;
  readonly #every: TrainConfig['checkpointEvery'];
  #saved = performance.now();
  #savedStep = -1;
  #dueAt = -1;

  /** @param options writes: false in processes that leave it to another, which has the same weights */
  constructor(
    run: RunFolder,
    parts: Checkpointed,
    { checkpointEvery }: TrainConfig,
    { writes = true }: { readonly writes?: boolean } = {},
  ) {
    this.#run = run;
    this.parts = parts;
    this.#writes = writes;
    this.#every = checkpointEvery;
  }

  /** Puts every component, `progress` among them, where the last checkpoint left it. */
  restore(progress: { readonly step: number }): Restored {
    const restored = loadCheckpoint(this.#run.file('checkpoints', 'last'), this.parts);
    if (restored.damage === null) this.#savedStep = progress.step; // a finished run is not written again
    return restored;
  }

  saveBest(): void {
    this.#save('best');
  }

  /** Whether a checkpoint is to be saved after this step: after so many steps or minutes, as the settings say. */
  due(step: number): boolean {
    if (step === this.#dueAt) return true;
    const { steps, minutes } = this.#every;
    const late = minutes !== null && performance.now() - this.#saved > minutes * 60_000;
    if (!late && (steps === null || step % steps !== 0)) return false;
    this.#dueAt = step; // asked twice in a step, with one answer
    return true;
  }

  /** Saves if it is due, and was when it was first asked for this step: its numbers are read before it is saved. */
  saveIfDue(step: number): void {
    if (step === this.#dueAt) this.saveLast(step);
  }

  /** Saves where training stops, unless this step is saved already. */
  saveLast(step: number): void {
    if (step === this.#savedStep) return;
    this.#save('last');
    this.#saved = performance.now();
    this.#savedStep = step;
  }

  #save(name: 'last' | 'best'): void {
    if (!this.#writes) return;
    this.#checkWeights();
    saveCheckpoint(this.#run.file('checkpoints', name), this.parts);
  }

  /** A checkpoint of broken weights would overwrite the last good one. Waits for the device once. */
  #checkWeights(): void {
    const weights = this.parts.model.namedParameters();
    const norms = scoped(() => noGrad(() => stack(_foreachNorm([...weights.values()])).toNumbers())); // (k)
    [...weights.keys()].forEach((name, i) => {
      if (!Number.isFinite(norms[i])) throw notFinite(`weight ${name}`, norms[i]!);
    });
  }
}
