// The quick start: emoji drawings, a caption graph, X-CLR and SimCLR in the same settings, two controls, a report.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualSeed } from '@xclr/torch';
import { openDataset, renderEmoji } from '../data/index.js';
import { type EvaluationPictures, encodePictures, pixelFeatures } from '../evaluate/encode-pictures.js';
import { captionGraph, samplesOf, tasksOf } from '../evaluate/evaluate-run.js';
import { chooseSamples } from '../evaluate/filter.js';
import { measureTasks } from '../evaluate/index.js';
import { defaultSentenceTransformer, sentenceTransformerAvailable } from '../graph/index.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import { resolveTrainConfig, type TrainConfig } from '../train/config.js';
import type { RunFolder } from '../train/run-folder.js';
import {
  chooseDevice,
  datasetOptions,
  openStore,
  runTraining,
  type SessionOptions,
} from '../train/session.js';
import { createTrainingModel, type TrainingModel } from '../train/training-model.js';
import { viewRecipe } from '../train/view-recipe.js';
import { writeFileAtomic } from '../util/files.js';
import { type Comparison, compare, writeComparison } from './comparison.js';
import { type Contender, type Judged, knownContenders } from './contender.js';
import { quickstartReport } from './quickstart-report.js';

/** The recipe as a file: `xclr train --config` takes it too. */
export const quickstartRecipe = fileURLToPath(new URL('../../recipes/emoji.yaml', import.meta.url));

export const quickstartMethods = ['xclr', 'simclr'] as const;

export interface QuickstartOptions {
  /** Holds everything: a run a method, comparison.json, report.html. */
  readonly folder: string;
  /** The emoji pictures. */
  readonly data: string;
  /** Settings on top of the recipe: fewer steps for a test, another seed. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly onNotice: (message: string) => void;
  readonly onProgress: (title: string, done: number, total: number, note?: string) => void;
  readonly stop?: AbortSignal;
}

export interface QuickstartResult {
  readonly comparison: Comparison;
  readonly judged: readonly Judged[];
  readonly report: string;
}

/** @returns null when it was stopped; the same call goes on where it was */
export async function quickstart(options: QuickstartOptions): Promise<QuickstartResult | null> {
  const { folder, onNotice, onProgress } = options;
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    seconds[name] = Math.round((performance.now() - began) / 100) / 10;
    return result;
  };

  const { manifest } = await timed('pictures', () =>
    renderEmoji({
      folder: options.data,
      onProgress: (done, total) => onProgress('drawing emoji', done, total),
    }),
  );
  const graph = await chooseTextEncoder(onNotice);
  const settings = (method: 'xclr' | 'simclr'): TrainConfig =>
    resolveTrainConfig({
      file: quickstartRecipe,
      base: {},
      overrides: {
        ...options.overrides,
        data: { path: manifest },
        method,
        run: join(folder, method),
        graph: method === 'xclr' ? graph : { kind: 'identity' },
      },
    });

  const runs: Partial<Record<string, RunFolder>> = {};
  for (const method of quickstartMethods) {
    const config = settings(method);
    const run = await timed(method, () =>
      trainOrResume(config, options, `training ${knownContenders[method].title}`),
    );
    if (run === null) return null;
    runs[method] = run;
  }

  return timed('evaluation', async () => {
    const config = settings('xclr');
    const device = chooseDevice(config.device);
    const dataset = await openDataset(manifest, datasetOptions(config));
    const tasks = tasksOf(config, dataset);
    using captions = (await captionGraph(config, dataset)).graph;
    await using store = openStore(config, dataset);
    const pictures = (title: string): EvaluationPictures => ({
      store,
      indices: samplesOf(dataset, tasks),
      size: config.views.size,
      recipe: viewRecipe(config.views),
      device,
      seed: config.seed,
      onProgress: (done, total) => onProgress(`encoding: ${title}`, done, total),
    });
    const trained = async (model: TrainingModel, title: string) => {
      const { features, projected } = await encodePictures(model, pictures(title), config.precision);
      projected?.rows.dispose();
      model.dispose();
      return features;
    };

    const contenders: Contender[] = [];
    for (const method of quickstartMethods) {
      const run = runs[method]!;
      const model = createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
      const { seconds: trainingSeconds } = loadCheckpointModel(run.file('checkpoints', 'last'), model);
      const info = knownContenders[method];
      contenders.push({ ...info, run, seconds: trainingSeconds, features: await trained(model, info.title) });
    }
    manualSeed(config.seed);
    const untrained = createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
    contenders.push({
      ...knownContenders.untrained,
      features: await trained(untrained, knownContenders.untrained.title),
    });
    const training = chooseSamples(dataset, config.data.train, 'quickstart');
    contenders.push({
      ...knownContenders.pixels,
      features: await pixelFeatures(pictures(knownContenders.pixels.title), training),
    });

    const judged = contenders.map(
      (one): Judged => ({
        ...one,
        ...measureTasks({
          features: one.features,
          dataset,
          tasks,
          captionSimilarity: captions,
          seed: config.seed,
        }),
      }),
    );
    const comparison = compare(judged, {
      focus: 'xclr',
      seed: config.seed,
      seconds,
      settings: { config, tasks },
    });
    writeComparison(join(folder, 'comparison.json'), comparison);
    const report = join(folder, 'report.html');
    writeFileAtomic(report, await quickstartReport({ judged, comparison, dataset, tasks, captions, config }));
    for (const { features } of contenders) features.rows.dispose();
    return { comparison, judged, report };
  });
}

/** The sentence transformer where its files are there or the hub answers, else WordNet; says which and why. */
async function chooseTextEncoder(onNotice: (message: string) => void): Promise<Record<string, unknown>> {
  const { available, reason } = await sentenceTransformerAvailable(defaultSentenceTransformer);
  const encoder = available ? 'sentence-transformer' : 'wordnet';
  onNotice(
    available
      ? `captions: sentence transformer (${reason})`
      : `captions: WordNet, which needs no download (no sentence transformer: ${reason})`,
  );
  return { kind: 'text', encoder };
}

/** Trains a run that is not there yet, goes on with one that was stopped, and leaves a finished one alone. */
async function trainOrResume(
  config: TrainConfig,
  options: QuickstartOptions,
  title: string,
): Promise<RunFolder | null> {
  const started = existsSync(join(config.run, 'checkpoints', 'last'));
  const session: SessionOptions = {
    onNotice: options.onNotice,
    onStep: ({ step, totalSteps, loss, viewsPerSecond }) =>
      options.onProgress(
        title,
        step,
        totalSteps,
        `loss ${loss.toFixed(3)} · ${Math.round(viewsPerSecond)} views/s`,
      ),
    ...(options.stop !== undefined && { stop: options.stop }),
  };
  const { finished, run } = await runTraining({ ...config, resume: started }, session);
  return finished ? run : null;
}
