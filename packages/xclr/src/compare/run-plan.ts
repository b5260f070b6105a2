// Does what a plan lacks, cell by cell: trains, evaluates and stores the results. After a crash the same call resumes.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openDataset, selectSamples } from '../data/index.js';
import { definitionsVersion } from '../evaluate/definitions-version.js';
import { captionGraph, tasksOf } from '../evaluate/evaluate-run.js';
import { evaluationConfig } from '../evaluate/evaluation-config.js';
import { checkTasks, encodeTexts, type Task, textsOf } from '../evaluate/index.js';
import { discardRun } from '../train/claim-run.js';
import { resolveTrainConfig, settingsThatMayChangeOnResume, type TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { RunFolder, trainedPrecision } from '../train/run-folder.js';
import { openStore, runTraining } from '../train/session.js';
import { hasWholeCheckpoint } from '../train/whole-checkpoint.js';
import { UserError } from '../util/errors.js';
import { makeFolder, writeFileAtomic } from '../util/files.js';
import { LockHeld, lockFile } from '../util/lock-file.js';
import {
  type Cell,
  environment,
  firstSettingsFingerprint,
  measuresFingerprint,
  portable,
  settingsFingerprint,
} from './cell.js';
import { storeUnits } from './cell-units.js';
import { checkDefinitions, checkMayAdd } from './definitions-check.js';
import { encodePixels, encodeTrained, encodeUntrained } from './encode-methods.js';
import { disposeFeatures, type EncodedMethod } from './encoded-method.js';
import { measureMethod } from './measure-method.js';
import { paceOf } from './pace.js';
import type { CellPlan, MethodPlan, Plan } from './plan.js';
import { describeSecond, secondName, secondSimilarity } from './references.js';

/** Where a cell stands. */
export type CellState =
  | { readonly kind: 'done'; readonly cell: Cell }
  /** Not begun, or begun and stopped: `steps` of it were done. */
  | { readonly kind: 'to do'; readonly begun: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where a comparison runs, which cells of it, and what a program hears of it. */
export interface RunPlanOptions {
  readonly out: string;
  /** Does only the cells that pass. */
  readonly only?: (cell: CellPlan) => boolean;
  /** Arithmetic of the evaluation; float32 by default. That of training is each method's setting. */
  readonly precision?: TrainConfig['precision'] | undefined;
  readonly stop?: AbortSignal;
  readonly onNotice: (message: string) => void;
  readonly onProgress: (title: string, done: number, total: number, note?: string) => void;
  /** Before each cell: which of how many. */
  readonly onCell?: (cell: CellPlan, place: number, of: number) => void;
}

const cellFile = (out: string, { key }: CellPlan) => join(out, 'cells', `${key}.json`);
const failureFile = (out: string, { key }: CellPlan) => join(out, 'cells', `${key}.failed.json`);

/** The state of every cell, from the files alone. @throws {UserError} where a finished cell has other settings than the plan */
export function statesOf(plan: Plan, out: string): Map<string, CellState> {
  const states = new Map<string, CellState>();
  for (const cell of plan.cells) {
    const path = cellFile(out, cell);
    if (existsSync(path)) {
      const found = readCell(path);
      checkSettings(found, cell, plan, path);
      states.set(cell.key, { kind: 'done', cell: found });
    } else if (existsSync(failureFile(out, cell))) {
      const { reason } = JSON.parse(readFileSync(failureFile(out, cell), 'utf8')) as { reason: string };
      states.set(cell.key, { kind: 'failed', reason });
    } else {
      states.set(cell.key, {
        kind: 'to do',
        begun: existsSync(join(out, 'runs', cell.key, 'checkpoints', 'last')),
      });
    }
  }
  checkOneData(states);
  checkDefinitions(cellsOf(states));
  return states;
}

const cellsOf = (states: ReadonlyMap<string, CellState>): Cell[] =>
  [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));

function readCell(path: string): Cell {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Cell;
  } catch (error) {
    throw new UserError(
      `compare: ${path} is damaged (${error instanceof Error ? error.message : error})`,
      'Delete it; the cell is then computed again.',
    );
  }
}

function checkSettings(found: Cell, cell: CellPlan, plan: Plan, path: string): void {
  const differ = [...differingSettings(found, cell, plan)];
  if (differ.length === 0) return;
  throw new UserError(
    `compare: ${path} was made with other settings than the plan now has (${differ.join(', ')})`,
    'Give the changed plan another name or --out folder, or delete the cells that should be computed again.',
  );
}

/** Names of the settings in which a finished cell differs from the plan's; none where it is the plan's. */
function differingSettings(found: Cell, cell: CellPlan, plan: Plan): Set<string> {
  const differ = new Set<string>();
  const { definitions, precision } = found;
  const first = definitions === undefined;
  if (first) {
    if (found.settings === firstSettingsFingerprint(cell, plan.measures)) return differ;
  } else {
    if (found.measures !== measuresFingerprint(plan)) differ.add('tasks or reference');
    if (found.settings === settingsFingerprint(cell, precision, definitions)) return differ;
  }
  // Settings that came after the cell was made had the default's effect.
  const before: TrainConfig = resolveTrainConfig({ base: found.config });
  if (
    !first &&
    settingsFingerprint({ ...cell, config: before }, precision, definitions) ===
      settingsFingerprint(cell, precision, definitions)
  )
    return differ;
  for (const name of Object.keys(cell.config) as (keyof TrainConfig)[]) {
    if (name === 'run' || name === 'data' || settingsThatMayChangeOnResume.has(name)) continue;
    if (!isDeepStrictEqual(portable(before)[name], portable(cell.config)[name])) differ.add(name);
  }
  if (differ.size === 0) differ.add('data, tasks or reference');
  return differ;
}

/** Cells of one fraction must be of the same data and splits, whatever their seed. */
function checkOneData(states: ReadonlyMap<string, CellState>): void {
  const first = new Map<number, Cell>();
  for (const state of states.values()) {
    if (state.kind !== 'done') continue;
    const { cell } = state;
    const other = first.get(cell.fraction) ?? cell;
    first.set(cell.fraction, other);
    if (cell.data !== other.data) {
      throw new UserError(
        `compare: ${cell.key} and ${other.key} were made from different data, or from other splits of them`,
        'Results on different data cannot be compared: delete the cells of one of them, or use another --out folder.',
      );
    }
  }
}

/**
 * Trains and measures the cells of a plan that are not done yet.
 * @returns the states at the end; cells that failed are in it with their reasons, the others were done all the same
 */
export async function runPlan(plan: Plan, options: RunPlanOptions): Promise<Map<string, CellState>> {
  const { out, only = () => true, stop, onNotice, onCell } = options;
  makeFolder(join(out, 'cells'));
  const states = statesOf(plan, out);
  const toDo = plan.cells.filter((cell) => only(cell) && states.get(cell.key)!.kind !== 'done');
  checkMayAdd(cellsOf(states), toDo.length);
  const tasks = toDo[0] === undefined ? [] : await tasksOn(toDo[0].config, plan);
  for (const [place, cell] of toDo.entries()) {
    if (stop?.aborted) break;
    onCell?.(cell, place + 1, toDo.length);
    try {
      using _lock = await lockCell(out, cell);
      if (existsSync(cellFile(out, cell))) {
        // by another process, since this one began
        states.set(cell.key, { kind: 'done', cell: readCell(cellFile(out, cell)) });
        continue;
      }
      const made = await makeCell(cell, plan, tasks, options);
      if (made === null) break; // stopped
      writeFileAtomic(cellFile(out, cell), `${JSON.stringify(made)}\n`);
      rmSync(failureFile(out, cell), { force: true });
      states.set(cell.key, { kind: 'done', cell: made });
      tidy(out, cell, plan, states);
    } catch (error) {
      if (error instanceof LockHeld) {
        onNotice(`${error.message.split('\n')[0]}: it is left to that one`);
        continue;
      }
      const reason = error instanceof Error ? error.message : String(error);
      writeFileAtomic(failureFile(out, cell), `${JSON.stringify({ key: cell.key, reason })}\n`);
      states.set(cell.key, { kind: 'failed', reason });
      onNotice(`${cell.key} failed: ${reason}`);
    }
  }
  checkOneData(states);
  return states;
}

/** One process a cell, so that several may share a comparison. @throws {LockHeld} where another computes it */
function lockCell(out: string, { key, train }: CellPlan): Promise<Disposable> | null {
  if (train === null) return null; // nothing but its result is written
  makeFolder(join(out, 'runs'));
  return lockFile(join(out, 'runs', `${key}.lock`), { patienceMs: 0, what: `${key} is being computed` });
}

/** Keeps of a finished run the last weights, and the optimizer's state of none. */
function tidy(out: string, cell: CellPlan, plan: Plan, states: ReadonlyMap<string, CellState>): void {
  const checkpoints = join(out, 'runs', cell.key, 'checkpoints');
  if (cell.train === null || !existsSync(checkpoints)) return;
  const awaited = plan.cells.some(
    (other) => other.init === cell.key && states.get(other.key)!.kind !== 'done',
  );
  if (awaited) return;
  for (const name of readdirSync(checkpoints)) {
    if (name !== 'last') rmSync(join(checkpoints, name), { recursive: true, force: true });
  }
}

/** The plan's tasks or the data's own. What no cell could do without stops here, not once a cell. @throws {UserError} */
async function tasksOn(config: TrainConfig, plan: Plan): Promise<readonly Task[]> {
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const tasks = plan.tasks ?? tasksOf(config, dataset);
  checkTasks(dataset, tasks);
  return tasks;
}

const seconds = (since: number) => (performance.now() - since) / 1000;

/** Null where it was stopped. */
async function makeCell(
  cell: CellPlan,
  plan: Plan,
  tasks: readonly Task[],
  { stop, precision: evaluateIn, onNotice, onProgress }: RunPlanOptions,
): Promise<Cell | null> {
  const method = plan.methods.find(({ key }) => key === cell.method)!;
  let captionSeconds = 0;
  if (cell.train !== null) {
    const run = new RunFolder(cell.train.run);
    const began = hasWholeCheckpoint(run.file('checkpoints', 'last'));
    if (existsSync(run.path) && !began) await discardRun(run.path); // nothing to resume from
    const started = performance.now();
    let firstStep = 0;
    const { finished } = await runTraining(
      { ...cell.train, resume: began },
      {
        ...(stop !== undefined && { stop }),
        onNotice: (message) => onNotice(`${cell.key}: ${message}`),
        onStep: ({ step, totalSteps, loss, viewsPerSecond }) => {
          if (firstStep === 0) firstStep = seconds(started);
          onProgress(
            `training ${cell.key}`,
            step,
            totalSteps,
            `loss ${loss.toFixed(3)} · ${Math.round(viewsPerSecond)} views/s`,
          );
        },
      },
    );
    if (!finished) return null;
    captionSeconds = began ? 0 : firstStep;
  }
  const measuring = performance.now();
  const { device: wanted, threads } = cell.config;
  const config = evaluationConfig(cell.config, { device: wanted, threads, precision: evaluateIn });
  const { device } = config;
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const reference = await captionGraph({ ...config, graph: plan.reference }, dataset);
  using captions = reference.graph;
  using second = plan.second === undefined ? undefined : await secondSimilarity(plan.second, config, dataset);
  const asked = textsOf(tasks, dataset);
  using texts = asked.length === 0 ? undefined : await encodeTexts(reference.encoder, asked);
  await using store = openStore(config, dataset);
  const training =
    cell.train === null ? null : (trainedPrecision(new RunFolder(cell.train.run).readRecord()) ?? null);
  const precision = { training, evaluation: config.precision };
  const pace = cell.train === null ? null : paceOf(new RunFolder(cell.train.run));
  const encoded = await encodedMethodOf(method, cell, { config, dataset, tasks, store, device, onProgress });
  try {
    const { metrics, units, predictions } = measureMethod(
      encoded,
      {
        dataset,
        tasks,
        captionSimilarity: captions,
        ...(texts !== undefined && { texts }),
        seed: 0, // the same draws for every cell
        device,
      },
      second && {
        name: secondName(plan.second!),
        description: describeSecond(plan.second!),
        similarity: second,
      },
    );
    return {
      key: cell.key,
      method: cell.method,
      fraction: cell.fraction,
      seed: cell.seed,
      settings: settingsFingerprint(cell, precision),
      measures: measuresFingerprint(plan),
      definitions: definitionsVersion,
      precision,
      data: dataset.fingerprint,
      training: selectSamples(dataset, config.data.train).length,
      metrics,
      ...storeUnits(units, predictions),
      seconds: { training: encoded.seconds ?? 0, captions: captionSeconds, evaluation: seconds(measuring) },
      ...(pace !== null && { pace }),
      config: portable(cell.config),
      environment: environment(device),
    };
  } finally {
    disposeFeatures([encoded]);
  }
}

function encodedMethodOf(
  { key, title, description, control }: MethodPlan,
  { train }: CellPlan,
  settings: Parameters<typeof encodeTrained>[2],
): Promise<EncodedMethod> {
  if (train !== null)
    return encodeTrained({ key, title, description, control }, RunFolder.open(train.run), settings);
  return key === 'pixels' ? encodePixels(settings) : encodeUntrained(settings);
}
