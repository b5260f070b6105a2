// Whether a run may be resumed with these settings on this device, and what its record says of it afterwards.
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../util/errors.js';
import { resolveTrainConfig, settingsThatMayChangeOnResume, type TrainConfig } from './config.js';
import { type RunFolder, type RunRecord, trainedPrecision } from './run-folder.js';

/** They belong to where one computes: another may be asked for, and is then stated. */
const stated: ReadonlySet<string> = new Set<keyof TrainConfig>(['precision', 'device']);

/**
 * Checks the record of a run that is resumed, and adds to it what is computed otherwise from now on.
 * @throws {UserError} for other data or settings, and where `precision: auto` means another precision here than in the run
 */
export function resumeRecord(run: RunFolder, now: RunRecord, notice: (message: string) => void): void {
  const saved = run.readRecord();
  checkSameRun(saved, now);
  const here = now.computed!.at(-1)!;
  const before = saved.computed?.at(-1);
  const precision = trainedPrecision(saved);
  if (precision !== undefined && precision !== here.precision) {
    if (now.config.precision === 'auto') {
      throw new UserError(
        `--resume: the run was trained in ${precision}, and precision auto is ${here.precision} on this ${here.device}`,
        `Resume it on a device that computes in ${precision}, or add --precision ${here.precision}: the rest is then trained in it, and the run's record says so.`,
      );
    }
    notice(`precision: the run was trained in ${precision} until now; from here on in ${here.precision}`);
  }
  if (before !== undefined && before.device !== here.device)
    notice(`device: the run was trained on ${before.device} until now; from here on on ${here.device}`);
  if (before?.precision === here.precision && before.device === here.device) return;
  const { precision: asked, device } = now.config;
  const { computed = [], ...kept } = saved;
  run.writeRecord({
    ...kept,
    format: now.format!,
    computed: [...computed, here],
    config: { ...saved.config, precision: asked, device },
  });
}

function checkSameRun(saved: RunRecord, now: RunRecord): void {
  if (saved.data.fingerprint !== now.data.fingerprint) {
    throw new UserError(
      `--resume: the data at ${now.config.data.path} have changed since the run began (${saved.data.samples} samples then, ${now.data.samples} now)`,
      'restore the data, or start another run',
    );
  }
  checkSameBatch(saved, now);
  const asSaved = JSON.parse(JSON.stringify(now.config)) as TrainConfig;
  // An older run lacks settings that came since: they had the default's effect.
  const before = JSON.parse(JSON.stringify(resolveTrainConfig({ base: saved.config }))) as TrainConfig;
  const names = Object.keys(asSaved) as (keyof TrainConfig)[];
  const changed = names.filter(
    (name) =>
      !settingsThatMayChangeOnResume.has(name) &&
      !stated.has(name) &&
      name !== 'batchSize' &&
      !isDeepStrictEqual(before[name], asSaved[name]),
  );
  if (changed.length > 0) {
    throw new UserError(
      `--resume: settings differ from the run's: ${changed.join(', ')}`,
      'leave them out: a resumed run uses its own settings',
    );
  }
}

/** A run may be resumed by another number of processes where a step has as many images as before. */
function checkSameBatch(saved: RunRecord, now: RunRecord): void {
  const { processes: before = 1, config: was } = saved;
  const { processes: here = 1, config } = now;
  if (before * was.batchSize === here * config.batchSize) return;
  if (before === here) {
    throw new UserError(
      "--resume: settings differ from the run's: batchSize",
      'leave them out: a resumed run uses its own settings',
    );
  }
  const fitting = (before * was.batchSize) / here;
  throw new UserError(
    `--resume: the run was trained by ${count(before)} with --batch-size ${was.batchSize} each, ${before * was.batchSize} images a step; now there are ${count(here)} with ${config.batchSize}`,
    `resume it by ${count(before)}${Number.isInteger(fitting) ? `, or add --batch-size ${fitting}` : ''}`,
  );
}

const count = (processes: number): string => `${processes} ${processes === 1 ? 'process' : 'processes'}`;
