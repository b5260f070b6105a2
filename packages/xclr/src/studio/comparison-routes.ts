// Routes of a comparison: its tables, and the images behind a number.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { lowerIsBetter } from '../report/metric-titles.js';
import { claimLevel } from '../report/verdict.js';
import { UserError } from '../util/errors.js';
import { fitting } from './answers.js';
import type { Asides } from './asides.js';
import {
  cellIn,
  cellKeys,
  cellsOf,
  cellText,
  comparedCases,
  measuresByImage,
  type SampleCase,
} from './compared-cases.js';
import { casesQuery, sourceQuery } from './requests.js';
import { dataPath, type Loose, numberIn, objectIn, parseObject, textIn } from './run-files.js';
import type { Runs } from './runs.js';
import type { WatchedRun } from './watched-run.js';
import type { CasesAnswer, ComparedCase, ComparisonAnswer } from './wire.js';

export interface ComparisonParts {
  readonly runs: Runs;
  readonly asides: Asides;
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function addComparisonRoutes(app: Hono, { runs, asides }: ComparisonParts): void {
  const read = async (id: string): Promise<{ folder: string; name: string; comparison: Loose }> => {
    const source = runs.source(id, 'comparison');
    const path = join(source.path, 'comparison.json');
    try {
      return {
        folder: source.path,
        name: source.name,
        comparison: parseObject(await readFile(path, 'utf8')),
      };
    } catch (error) {
      throw new UserError(
        `studio: ${path} cannot be read: ${(error as Error).message}`,
        'Run xclr compare again.',
      );
    }
  };
  app.get('/api/comparison', async (c) => {
    const { folder, name, comparison } = await read(fitting(sourceQuery, c.req.query()).source);
    return c.json(comparisonOf(name, comparison, await byImageIn(folder, comparison)));
  });
  app.get('/api/cases', async (c) => {
    const { source, metric, fraction, left, right } = fitting(casesQuery, c.req.query());
    const { folder, comparison } = await read(source);
    const keys = cellKeys(comparison);
    const [ours, theirs] = [
      await cellsOf(folder, left, fraction, keys),
      await cellsOf(folder, right, fraction, keys),
    ];
    const { leftOnly, rightOnly, worst, ...rest } = comparedCases(ours, theirs, metric);
    const run = runOf(runs, folder, [...ours, ...theirs]);
    const all = [...leftOnly, ...rightOnly, ...worst];
    const named = run === null ? unnamed : await naming(asides, run, all);
    const answer: CasesAnswer = {
      ...rest,
      run: run?.id ?? null,
      seeds: Math.min(ours.length, theirs.length),
      leftOnly: leftOnly.map(named),
      rightOnly: rightOnly.map(named),
      worst: worst.map(named),
    };
    return c.json(answer);
  });
}

/** Measures that tell of each image, as the first cell that is there has them. */
async function byImageIn(folder: string, comparison: Loose): Promise<string[]> {
  for (const key of cellKeys(comparison)) {
    const text = await cellText(folder, key);
    if (text === null) continue;
    try {
      return measuresByImage(cellIn(key, parseObject(text)));
    } catch {
      return [];
    }
  }
  return [];
}

/** A run of one of the cells, whose record says where the data are and which part of them it saw. */
function runOf(runs: Runs, folder: string, cells: readonly { readonly key: string }[]): WatchedRun | null {
  const folders = new Set(cells.map(({ key }) => join(folder, 'runs', key)));
  return runs.all().find((run) => folders.has(run.folder)) ?? null;
}

/** Places in the data alone: no run says where these are. */
const unnamed = ({ sample, ...rest }: SampleCase): ComparedCase => ({
  id: String(sample),
  caption: '',
  label: null,
  ...rest,
});

/** Cases with ids, captions and labels, from the data as the run and its evaluation read them. */
async function naming(
  asides: Asides,
  { config }: WatchedRun,
  cases: readonly SampleCase[],
): Promise<(one: SampleCase) => ComparedCase> {
  const path = dataPath(config);
  if (path === null) return unnamed;
  const places = [...new Set(cases.map(({ sample }) => sample))];
  const labels = new Set(cases.flatMap(({ leftSaid, rightSaid }) => [leftSaid, rightSaid]));
  const named = await asides
    .do({ kind: 'samples', path, config, places, labels: [...labels].filter((one) => one !== null) })
    .catch((error: unknown) => {
      if (error instanceof UserError) return null; // elsewhere, or gone: the numbers are shown all the same
      throw error;
    });
  if (named === null) return unnamed;
  const at = new Map(places.map((place, i) => [place, named.samples[i]]));
  const said = (label: string | null) => (label === null ? null : (named.captions[label] ?? label));
  return ({ sample, leftSaid, rightSaid, ...rest }) => {
    const found = at.get(sample);
    return {
      id: found?.id ?? String(sample),
      caption: found?.caption ?? '',
      label: found?.label ?? null,
      leftSaid: said(leftSaid),
      rightSaid: said(rightSaid),
      ...rest,
    };
  };
}

/** What a comparison's file holds, as far as it is of the expected kind. */
function comparisonOf(name: string, comparison: Loose, byImage: readonly string[]): ComparisonAnswer {
  const differences = listIn(comparison.differences).map(objectIn);
  /** 'better', 'worse' or neither, as the comparison's own page says it of the focus less another method. */
  const verdict = (metric: string, fraction: unknown, other: unknown): 'better' | 'worse' | null => {
    const found = differences.find(
      (one) => one.metric === metric && one.fraction === fraction && one.other === other,
    );
    const [low, high, p] = [numberIn(found?.low), numberIn(found?.high), numberIn(found?.pHolm)];
    if (low === null || high === null || p === null || (low <= 0 && high >= 0) || p > claimLevel) return null;
    const focusIsBetter = (numberIn(found?.mean) ?? 0) > 0 !== lowerIsBetter(metric);
    return focusIsBetter ? 'worse' : 'better'; // said of the other method
  };
  return {
    name,
    focus: textIn(comparison.focus) ?? '',
    methods: listIn(comparison.methods)
      .map(objectIn)
      .map(({ key, title, control }) => ({
        key: textIn(key) ?? '',
        title: textIn(title) ?? '',
        control: control === true,
      })),
    metrics: listIn(comparison.metrics).filter((one): one is string => typeof one === 'string'),
    entries: listIn(comparison.entries)
      .map(objectIn)
      .map(({ metric, fraction, method, estimate, perSeed }) => {
        const { mean, low, high } = objectIn(estimate);
        return {
          metric: textIn(metric) ?? '',
          fraction: numberIn(fraction) ?? 1,
          method: textIn(method) ?? '',
          mean: numberIn(mean),
          low: numberIn(low),
          high: numberIn(high),
          perSeed: listIn(perSeed).map(numberIn),
          verdict: verdict(textIn(metric) ?? '', fraction, method),
        };
      }),
    conclusions: listIn(comparison.conclusions).filter((one): one is string => typeof one === 'string'),
    definitions: Object.fromEntries(
      Object.entries(objectIn(comparison.definitions)).map(([key, text]) => [key, textIn(text) ?? '']),
    ),
    byImage,
  };
}
