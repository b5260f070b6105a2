// The quick start: emoji drawings, a caption graph, X-CLR and SimCLR in the same settings, two controls, a report.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDataset, renderEmoji } from '../data/index.js';
import { captionGraph, tasksOf } from '../evaluate/evaluate-run.js';
import { evaluationConfig } from '../evaluate/evaluation-config.js';
import { resolveTrainConfig, type TrainConfig, type TrainSettings } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import type { RunFolder } from '../train/run-folder.js';
import { openStore, runTraining } from '../train/session.js';
import { hasWholeCheckpoint } from '../train/whole-checkpoint.js';
import { writeFileAtomic } from '../util/files.js';
import { type Comparison, compare, writeComparison } from './comparison.js';
import { type EncodingSettings, encodePixels, encodeTrained, encodeUntrained } from './encode-methods.js';
import { disposeFeatures, type EncodedMethod, knownMethods, type MeasuredMethod } from './encoded-method.js';
import { measureMethod } from './measure-method.js';
import { quickstartReport } from './quickstart-report.js';
import { type SeedResults, seedResultsFor } from './seed-results.js';

/** The recipe as a file: `xclr train --config` takes it too. */
const quickstartRecipe = fileURLToPath(new URL('../../recipes/emoji.yaml', import.meta.url));

const methods = ['xclr', 'simclr'] as const;
type QuickstartMethod = (typeof methods)[number];

/** Folders of the quick start, and what a program hears of it. */
export interface QuickstartOptions {
  /** Holds everything: a run a method, comparison.json, report.html. */
  readonly folder: string;
  /** The emoji images. */
  readonly data: string;
  /** Settings on top of the recipe: fewer steps for a test, another seed. */
  readonly overrides?: TrainSettings;
  readonly onNotice: (message: string) => void;
  readonly onProgress: (title: string, done: number, total: number, note?: string) => void;
  readonly stop?: AbortSignal;
}

/** What the quick start measured, and where its report is. */
export interface QuickstartResult {
  readonly comparison: Comparison;
  readonly measured: readonly MeasuredMethod[];
  /** Path of the page. */
  readonly report: string;
  /** The committed results of the same settings over several seeds, where there are any. */
  readonly overSeeds: SeedResults | null;
}

/**
 * Trains X-CLR and SimCLR on emoji drawings, compares them and writes a report.
 * @returns null when it was stopped; the same call resumes where it was
 */
export async function quickstart(options: QuickstartOptions): Promise<QuickstartResult | null> {
  const [manifest, imageSeconds] = await timed(async () => {
    const { onProgress } = options;
    const set = await renderEmoji({
      folder: options.data,
      onProgress: (done, total) => onProgress('drawing emoji', done, total),
    });
    return set.manifest;
  });
  const settings = (method: QuickstartMethod): TrainConfig =>
    resolveTrainConfig({
      file: quickstartRecipe,
      overrides: {
        ...options.overrides,
        data: { path: manifest },
        method,
        run: join(options.folder, method),
        graph: { kind: method === 'xclr' ? 'text' : 'identity' }, // the recipe has the text encoder, the same everywhere
      },
    });

  const runs: RunFolder[] = [];
  for (const method of methods) {
    const run = await trainOrResume(settings(method), options, `training ${knownMethods[method].title}`);
    if (run === null) return null;
    runs.push(run);
  }
  return measureAll(settings('xclr'), runs, { images: imageSeconds }, options);
}

/** Encodes and measures every method, and writes comparison and report. */
async function measureAll(
  config: TrainConfig,
  runs: readonly RunFolder[],
  earlier: Record<string, number>,
  { folder, onProgress }: QuickstartOptions,
): Promise<QuickstartResult> {
  const { device: wanted, threads } = config;
  const here = evaluationConfig(config, { device: wanted, threads });
  const { device } = here;
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const tasks = tasksOf(config, dataset);
  using captions = (await captionGraph(config, dataset)).graph;
  await using store = openStore(config, dataset);
  const settings: EncodingSettings = { config: here, dataset, tasks, store, device, onProgress };

  const encoded: EncodedMethod[] = [];
  try {
    const [measured, evaluationSeconds] = await timed(async () => {
      for (const [i, method] of methods.entries())
        encoded.push(await encodeTrained(knownMethods[method], runs[i]!, settings));
      encoded.push(await encodeUntrained(settings), await encodePixels(settings));
      return encoded.map((one) =>
        measureMethod(one, { dataset, tasks, captionSimilarity: captions, seed: config.seed }),
      );
    });
    const training = Object.fromEntries(
      measured.flatMap(({ key, seconds }) => (seconds === undefined ? [] : [[key, rounded(seconds)]])),
    );
    const seconds = { ...earlier, ...training, evaluation: evaluationSeconds };
    const comparison = compare(measured, {
      focus: 'xclr',
      seconds,
      settings: { config, tasks },
    });
    writeComparison(join(folder, 'comparison.json'), comparison);
    const overSeeds = seedResultsFor(config);
    const report = join(folder, 'report.html');
    writeFileAtomic(
      report,
      await quickstartReport({ measured, comparison, dataset, tasks, captions, config, overSeeds }),
    );
    return { comparison, measured, report, overSeeds };
  } finally {
    disposeFeatures(encoded);
  }
}

/** Trains a run that does not exist yet, resumes one that was stopped, and leaves a finished one unchanged. */
async function trainOrResume(
  config: TrainConfig,
  options: QuickstartOptions,
  title: string,
): Promise<RunFolder | null> {
  const resume = hasWholeCheckpoint(join(config.run, 'checkpoints', 'last'));
  const { finished, run } = await runTraining(
    { ...config, resume },
    {
      onNotice: options.onNotice,
      onStep: ({ step, totalSteps, loss, viewsPerSecond }) =>
        options.onProgress(
          title,
          step,
          totalSteps,
          `loss ${loss.toFixed(3)} · ${Math.round(viewsPerSecond)} views/s`,
        ),
      ...(options.stop !== undefined && { stop: options.stop }),
    },
  );
  return finished ? run : null;
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const began = performance.now();
  const result = await work();
  return [result, rounded((performance.now() - began) / 1000)];
}

const rounded = (seconds: number) => Math.round(seconds * 10) / 10;
