// `xclr compare`: methods × fractions of the data × seeds, in one table.

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { completePlan } from '../compare/complete-plan.js';
import { conclusionsOf } from '../compare/conclusions.js';
import { unknownHeadlines } from '../compare/headlines.js';
import { type CellPlan, type Plan, readPlan } from '../compare/plan.js';
import { planPage } from '../compare/plan-page.js';
import { planTable } from '../compare/plan-table.js';
import { resultsOf } from '../compare/results.js';
import { runPlan, statesOf } from '../compare/run-plan.js';
import { shortcutsOf } from '../compare/shortcuts.js';
import { writeResults } from '../compare/write-results.js';
import { renderEmoji } from '../data/index.js';
import type { Precision } from '../train/precision.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { presets } from './commands/presets.js';
import { exitInterrupted, interruptSignal } from './interrupt.js';
import { ProgressLines } from './progress-line.js';

export interface Options {
  readonly preset?: string;
  readonly data?: string;
  readonly out?: string;
  readonly seeds?: string;
  readonly fractions?: string;
  readonly only?: string;
  readonly set?: string[];
  readonly device?: string;
  readonly threads?: number;
  /** Of the evaluation. */
  readonly precision?: 'auto' | Precision;
  readonly dryRun?: boolean;
}

const presetFolder = fileURLToPath(new URL('../../recipes/plans/', import.meta.url));

export async function compareCommand(file: string | undefined, options: Options): Promise<void> {
  const path = planFile(file, options);
  if (
    options.data !== undefined &&
    !drawsEmoji(options.preset) &&
    !options.data.includes('{') &&
    !existsSync(options.data)
  )
    throw new UserError(`compare: --data: ${options.data} does not exist`, 'Check the path.');
  const out = options.out ?? join('runs', `compare-${readPlan(path, 'runs', { data: options.data }).name}`);
  const asked = readPlan(path, out, {
    data: options.data,
    seeds: numbers('--seeds', options.seeds),
    fractions: numbers('--fractions', options.fractions),
    overrides: {
      ...settingsOf(options.set ?? []),
      ...(options.device !== undefined && { device: options.device }),
      ...(options.threads !== undefined && { threads: options.threads }),
    },
  });
  if (!options.dryRun) await drawEmoji(options.preset, asked);
  const plan = await completePlan(asked, (message) => console.log(message));
  const only = filterOf(options.only);
  const before = statesOf(plan, out);
  console.log(planTable(plan, before));
  if (options.dryRun) return;
  const progress = new ProgressLines();
  const stop = interruptSignal();
  const states = await runPlan(plan, {
    out,
    only,
    precision: options.precision,
    stop,
    onNotice: (message) => progress.note(message),
    onProgress: (title, done, total, note) => progress.update(title, done, total, note),
    onCell: ({ key }, place, of) => progress.note(`cell ${place} of ${of}: ${key}`),
  });
  const shortcuts = await shortcutsOf(plan, states, {
    ...{ out, stop },
    onProgress: (done, total) => progress.update('looking for shortcuts', done, total),
  });
  progress.end();
  const results = resultsOf(plan, states);
  writeResults(out, plan, results, states);
  writeFileAtomic(join(out, 'comparison.html'), planPage(plan, results, states, new Date(), shortcuts));
  for (const sentence of conclusionsOf(plan, results)) console.log(sentence);
  const unknown = unknownHeadlines(plan, results.metrics);
  if (unknown !== null) console.log(unknown);
  const left = [...states.values()].filter(({ kind }) => kind === 'to do').length;
  console.log(`→ ${join(out, 'comparison.html')}, .json, .csv, .md`);
  if (left > 0) console.log(`${left} cells are left; the same command does them.`);
  if ([...states.values()].some(({ kind }) => kind === 'failed')) process.exitCode = 1;
  if (stop.aborted) exitInterrupted(stop);
}

const drawsEmoji = (preset: string | undefined) => preset === 'emoji' || preset === 'quickstart';

/** The presets on emoji need no data of their own: the drawings are made where they are not there. */
async function drawEmoji(preset: string | undefined, plan: Plan): Promise<void> {
  const manifest = plan.cells[0]!.config.data.path;
  if (!drawsEmoji(preset) || existsSync(manifest) || basename(manifest) !== 'manifest.csv') return;
  const progress = new ProgressLines();
  await renderEmoji({
    folder: dirname(manifest),
    onProgress: (done, total) => progress.update('drawing emoji', done, total),
  });
  progress.end();
}

function planFile(file: string | undefined, { preset, data }: Options): string {
  if ((file === undefined) === (preset === undefined))
    throw new UserError('compare: give a plan file or --preset', 'xclr compare --help shows both.');
  if (preset === undefined) return file!;
  if (!(presets as readonly string[]).includes(preset))
    throw new UserError(
      `compare: --preset: expected ${presets.join(' or ')}, got ${preset}`,
      'xclr compare --help lists what it takes.',
    );
  if (preset === 'photos' && data === undefined)
    throw new UserError(
      'compare: --preset photos needs --data',
      'Name a folder of photographs with classes.',
    );
  return join(presetFolder, `${preset}.yaml`);
}

function numbers(flag: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const list = text.split(',').map(Number);
  if (list.some((one) => !Number.isFinite(one)))
    throw new UserError(`compare: ${flag}: expected numbers, got ${text}`, 'Such as 0,1,2.');
  return list;
}

/** ['steps=200', 'encoder.width=0.25'] → nested settings. */
function settingsOf(given: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const one of given) {
    const [path = '', ...rest] = one.split('=');
    if (rest.length === 0) throw new UserError(`compare: --set: expected setting=value, got ${one}`);
    let inner = settings;
    const keys = path.split('.');
    for (const key of keys.slice(0, -1)) {
      inner[key] ??= {};
      inner = inner[key] as Record<string, unknown>;
    }
    inner[keys.at(-1)!] = parse(rest.join('=')) as unknown;
  }
  return settings;
}

function filterOf(text: string | undefined): (cell: CellPlan) => boolean {
  if (text === undefined) return () => true;
  const wanted = text.split(',').map((pair) => {
    const [key = '', values = ''] = pair.split('=');
    if (!['method', 'seed', 'fraction'].includes(key) || values === '')
      throw new UserError(`compare: --only: expected method=, seed= or fraction=, got ${pair}`);
    return { key: key as 'method' | 'seed' | 'fraction', values: values.split('|') };
  });
  return (cell) => wanted.every(({ key, values }) => values.includes(String(cell[key])));
}
