// Evaluates a run: its checkpoint's features, before and after the projector, on every task.

import { availableParallelism } from 'node:os';
import { keep, setNumThreads } from '@xclr/torch';
import { type Dataset, type ImageReader, openDataset, type Split } from '../data/index.js';
import { encodeDataset, type SimilarityGraph, type TextEncoder, TextGraph } from '../graph/index.js';
import { captionCache } from '../train/build-graph.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { TrainConfig } from '../train/config.js';
import type { RunFolder } from '../train/run-folder.js';
import { hasTextEncoder, loadRunTextEncoder } from '../train/run-text-encoder.js';
import { chooseDevice, datasetOptions, openStore } from '../train/session.js';
import { createTextEncoder } from '../train/text-encoders.js';
import { createEvaluationModel, type TrainingModel } from '../train/training-model.js';
import { viewRecipe } from '../train/view-recipe.js';
import { writeFileAtomic } from '../util/files.js';
import { type EvaluationImages, encodeImages } from './encode-images.js';
import { evaluateTasks } from './evaluate.js';
import { unitRows } from './feature-set.js';
import { chooseSamples } from './filter.js';
import { checkTasks, defaultTasks, filtersOf, parseTasks, type Task, textsOf, variantsOf } from './tasks.js';
import { encodeTexts, type TextVectors, textVectors } from './text-vectors.js';
import type { FeatureSet, MetricResult } from './types.js';
import { VariantFeatures } from './variants.js';

/** Which weights of a run are evaluated, on which part of the data. */
export interface EvaluateRunOptions {
  /** 'best' by validation loss, or 'last', which is the default. */
  readonly checkpoint?: 'best' | 'last';
  /** For the default tasks; a run's own tasks name their samples. */
  readonly split?: Split;
  readonly onNotice?: (message: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What evaluation.json holds. */
export interface RunEvaluation {
  readonly checkpoint: string;
  readonly step: number;
  readonly captions: string;
  readonly tasks: readonly Task[];
  /** Metrics of the encoder's features, and of z after the projector. */
  readonly features: Record<string, MetricResult>;
  readonly projected: Record<string, MetricResult>;
}

/** Measures and writes evaluation.json. @throws {UserError} if the data cannot support a task, before any encoding */
export async function evaluateRun(run: RunFolder, options: EvaluateRunOptions = {}): Promise<RunEvaluation> {
  const { checkpoint = 'last' } = options;
  const { config } = run.readRecord();
  setNumThreads(config.threads === 'auto' ? availableParallelism() : config.threads);
  const device = chooseDevice(config.device);
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const tasks = tasksOf(config, dataset, options.split);
  const { graph, name, encoder } = await captionGraph(config, dataset, options.onNotice);
  using captionSimilarity = graph;
  const asked = textsOf(tasks, dataset);
  using texts = asked.length === 0 ? undefined : await encodeTexts(encoder, asked);
  await using store = openStore(config, dataset);
  using model = createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
  const { step } = loadCheckpointModel(run.file('checkpoints', checkpoint), model);

  const images = evaluationImages({ config, dataset, tasks, store, device }, options.onProgress);
  const { features, projected } = await encodeImages(model, images, config.precision);
  using variants = await encodeVariants(model, features, tasks, dataset, images, config);
  using rows = features.rows;
  using projectedRows = projected?.rows;
  using plainRows = projected?.plainRows;
  using own = asked.length === 0 ? undefined : await ownTexts(run, checkpoint, dataset, asked);
  const measure = (set: typeof features, vectors: TextVectors | undefined, kept = tasks) =>
    evaluateTasks({
      features: set,
      dataset,
      tasks: kept,
      variants,
      captionSimilarity,
      ...(vectors !== undefined && { texts: vectors }),
      seed: config.seed,
    });
  const evaluation: RunEvaluation = {
    checkpoint,
    step,
    captions: name,
    tasks,
    features: measure({ rows, indices: features.indices }, texts),
    projected:
      projected === null || projectedRows == null
        ? {}
        : measure(
            {
              rows: projectedRows,
              indices: projected.indices,
              ...(plainRows !== undefined && { plainRows }),
            },
            own ?? texts,
            tasks.filter((task) => variantsOf([task], dataset).length === 0), // altered images are not projected
          ),
  };
  writeFileAtomic(run.file('evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
  return evaluation;
}

/** Features of altered images, where tasks ask for any; centered by the mean of the images as they are. */
export function encodeVariants(
  model: TrainingModel,
  { mean }: FeatureSet,
  tasks: readonly Task[],
  dataset: Dataset,
  { onProgress: _, keepPlain: _plain, ...images }: EvaluationImages,
  { precision }: Pick<TrainConfig, 'precision'>,
): Promise<VariantFeatures> {
  return VariantFeatures.encode(variantsOf(tasks, dataset), dataset, async (variant, indices) => {
    const { features, projected } = await encodeImages(
      model,
      { ...images, indices, variant, mean },
      precision,
    );
    projected?.rows.dispose();
    return features;
  });
}

/** Texts in the space of a CLIP run's projected images; undefined for runs of other methods. */
export async function ownTexts(
  run: RunFolder,
  checkpoint: 'best' | 'last',
  dataset: Dataset,
  asked: readonly string[],
): Promise<TextVectors | undefined> {
  if (!hasTextEncoder(run.readRecord().config)) return undefined;
  using encoder = loadRunTextEncoder(run, checkpoint, dataset);
  using plain = await encoder.encode(asked); // (u, d)
  return textVectors(keep(unitRows(plain)), asked, { name: encoder.name, space: 'images' });
}

/** The run's own tasks, or those that suit the data; checked against it. */
export function tasksOf(config: TrainConfig, dataset: Dataset, split?: Split): Task[] {
  const { tasks } = config.evaluation;
  const parsed =
    tasks === undefined
      ? defaultTasks(dataset, split === undefined ? {} : { split })
      : parseTasks(tasks, 'evaluation.tasks');
  checkTasks(dataset, parsed);
  return parsed;
}

/** What an evaluation is made on. */
export interface EvaluationSetting {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  readonly store: ImageReader;
  readonly device: string;
}

/** All images that the tasks look at, as a run with these settings sees them. */
export function evaluationImages(
  { config, dataset, tasks, store, device }: EvaluationSetting,
  onProgress?: (done: number, total: number) => void,
): EvaluationImages {
  return {
    store,
    indices: samplesOf(dataset, tasks),
    size: config.views.size,
    recipe: viewRecipe(config.views),
    device,
    seed: config.seed,
    meanOver: chooseSamples(dataset, config.data.train, 'data.train'),
    keepPlain: hasTextEncoder(config),
    ...(onProgress !== undefined && { onProgress }),
  };
}

/** Every sample that a task looks at, once, ascending. */
export function samplesOf(dataset: Dataset, tasks: readonly Task[]): Int32Array {
  const wanted = new Set<number>();
  for (const task of tasks) {
    for (const filter of filtersOf(task))
      for (const index of chooseSamples(dataset, filter, task.name)) wanted.add(index);
  }
  return Int32Array.from(wanted).sort();
}

/** The captions' own similarity: by the run's text encoder, or by WordNet for runs that had none. */
export async function captionGraph(
  config: TrainConfig,
  dataset: Dataset,
  onNotice: (message: string) => void = () => undefined,
): Promise<{ graph: SimilarityGraph; name: string; encoder: TextEncoder }> {
  const own = config.graph.kind === 'text';
  const encoder = await createTextEncoder(
    config.graph.kind === 'text' ? config.graph : { encoder: 'wordnet', rarity: 0 },
  );
  if (!own) onNotice(`this run was trained without captions; alignment is measured against ${encoder.name}`);
  const rows = await encodeDataset(dataset.samples, encoder, captionCache, {
    template: config.data.captionTemplate,
  });
  return { graph: new TextGraph(rows), name: encoder.name, encoder };
}
