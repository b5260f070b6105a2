// Evaluates a run: its checkpoint's features, before and after the projector, on every task.

import { keep } from '@xclr/torch';
import { type Dataset, openDataset, type Split } from '../data/index.js';
import { encodeDataset, type SimilarityGraph, type TextEncoder, TextGraph } from '../graph/index.js';
import { captionCache } from '../train/build-graph.js';
import { loadCheckpointModel } from '../train/checkpoint.js';
import type { TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import type { Precision } from '../train/precision.js';
import type { RunFolder } from '../train/run-folder.js';
import { hasTextEncoder, loadRunTextEncoder } from '../train/run-text-encoder.js';
import { openStore } from '../train/session.js';
import { textEncoderFor } from '../train/text-encoders.js';
import { createEvaluationModel } from '../train/training-model.js';
import { writeFileAtomic } from '../util/files.js';
import { type Controls, measureControls, readControls } from './controls.js';
import { definitionsVersion } from './definitions-version.js';
import { encodeImages } from './encode-images.js';
import { measureTasks } from './evaluate.js';
import { type EvaluationPlace, evaluationConfig } from './evaluation-config.js';
import { encodeVariants, evaluationImages } from './evaluation-images.js';
import { unitRows } from './feature-set.js';
import { type ClassReport, classReport } from './predictions.js';
import { runCenter } from './run-center.js';
import { checkTasks, defaultTasks, parseTasks, type Task, textsOf, variantsOf } from './tasks.js';
import { encodeTexts, type TextVectors, textVectors } from './text-vectors.js';
import type { FeatureSet, MetricResult } from './types.js';

/** Which weights of a run are evaluated, on which part of the data, and where. */
export interface EvaluateRunOptions extends EvaluationPlace {
  /** 'best' by validation loss, or 'last', which is the default. */
  readonly checkpoint?: 'best' | 'last';
  /** Where the data lie now, or other data of the same kind; by default the run's own place. */
  readonly data?: string | undefined;
  /** For the default tasks; a run's own tasks name their samples. */
  readonly split?: Split;
  /** Measures the untrained encoder and raw pixels too, and keeps their numbers in the run folder for later evaluations. */
  readonly controls?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What evaluation.json holds. */
export interface RunEvaluation {
  readonly checkpoint: string;
  readonly step: number;
  /** `definitionsVersion` of the xclr that measured it. */
  readonly definitions: number;
  /** What it was computed in, and on. */
  readonly precision: Precision;
  readonly device: string;
  /** What must be said of the encoder, as its run has it. */
  readonly notice?: string;
  readonly captions: string;
  readonly tasks: readonly Task[];
  /** Metrics of the encoder's features, and of z after the projector. */
  readonly features: Record<string, MetricResult>;
  readonly projected: Record<string, MetricResult>;
  /** Chance, accuracy by class, confusions and mistakes of the encoder's features, by metric: kNN and linear probes. */
  readonly classes: Record<string, ClassReport>;
  /** What was not trained, on the same tasks; absent where it was never measured. */
  readonly controls?: Controls;
}

/** Measures and writes evaluation.json. @throws {UserError} if the data cannot support a task, before any encoding */
export async function evaluateRun(run: RunFolder, options: EvaluateRunOptions = {}): Promise<RunEvaluation> {
  return (await evaluateRunAndData(run, options)).evaluation;
}

/** The same, with the data that were evaluated on: for a page that shows their images. */
export async function evaluateRunAndData(
  run: RunFolder,
  options: EvaluateRunOptions = {},
): Promise<{ evaluation: RunEvaluation; dataset: Dataset }> {
  const { checkpoint = 'last' } = options;
  const record = run.readRecord();
  const config = withData(evaluationConfig(record.config, options), options.data);
  const { device } = config;
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const tasks = tasksOf(config, dataset, options.split);
  const { graph, name, encoder } = await captionGraph(config, dataset, options.onNotice);
  using captionSimilarity = graph;
  const asked = textsOf(tasks, dataset);
  using texts = asked.length === 0 ? undefined : await encodeTexts(encoder, asked);
  await using store = openStore(config, dataset);
  using model = createEvaluationModel(config).to({ device, memoryFormat: 'channels_last' });
  const { step, path } = loadCheckpointModel(run.file('checkpoints', checkpoint), model);

  const setting = { config, dataset, tasks, store, device };
  const { onNotice } = options;
  const center = await runCenter(run, model, {
    setting,
    weights: path,
    moved: options.data !== undefined,
    onNotice,
  });
  const images = { ...evaluationImages(setting, options.onProgress), center };
  const { features, projected } = await encodeImages(model, images, config.precision);
  using variants = await encodeVariants(model, features, tasks, dataset, images, config);
  using rows = features.rows;
  using projectedRows = projected?.rows;
  using plainRows = projected?.plainRows;
  using own = asked.length === 0 ? undefined : await ownTexts(run, checkpoint, dataset, asked);
  const measure = (set: FeatureSet, vectors: TextVectors | undefined, kept = tasks, altered = variants) =>
    measureTasks({
      features: set,
      dataset,
      tasks: kept,
      variants: altered,
      captionSimilarity,
      ...(vectors !== undefined && { texts: vectors }),
      seed: config.seed,
      device,
    });
  const { mean: _, ...centeredSet } = features;
  const measured = measure({ ...centeredSet, rows }, texts);
  const key = {
    tasks,
    data: dataset.fingerprint,
    captions: name,
    definitions: definitionsVersion,
    precision: config.precision,
  };
  const controls =
    options.controls === true
      ? await measureControls(run, key, setting, {
          measure: (set, altered) => measure(set, texts, tasks, altered).metrics,
          ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
        })
      : readControls(run, key);
  const evaluation: RunEvaluation = {
    checkpoint,
    step,
    definitions: definitionsVersion,
    precision: config.precision,
    device,
    ...(config.notice !== undefined && { notice: config.notice }),
    captions: name,
    tasks,
    features: measured.metrics,
    projected:
      projected === null || projectedRows == null
        ? {}
        : measure(
            {
              ...projected,
              rows: projectedRows,
              ...(plainRows !== undefined && { plainRows }),
            },
            own ?? texts,
            tasks.filter((task) => variantsOf([task], dataset).length === 0), // altered images are not projected
          ).metrics,
    classes: Object.fromEntries(
      Object.entries(measured.predictions).map(([metric, predictions]) => [
        metric,
        classReport(predictions, dataset.samples),
      ]),
    ),
    ...(controls !== undefined && { controls }),
  };
  writeFileAtomic(run.file('evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
  return { evaluation, dataset };
}

/** The settings with the data in another place. */
function withData<Config extends TrainConfig>(config: Config, path: string | undefined): Config {
  return path === undefined ? config : { ...config, data: { ...config.data, path } };
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

/** The captions' own similarity: by the run's text encoder, or by WordNet for runs that had none. */
export async function captionGraph(
  config: TrainConfig,
  dataset: Dataset,
  onNotice: (message: string) => void = () => undefined,
): Promise<{ graph: SimilarityGraph; name: string; encoder: TextEncoder }> {
  const own = config.graph.kind === 'text';
  const encoder = await textEncoderFor(
    config.graph.kind === 'text' ? config.graph : { encoder: 'wordnet', rarity: 0 },
    dataset.samples,
  );
  if (!own) onNotice(`this run was trained without captions; alignment is measured against ${encoder.name}`);
  const rows = await encodeDataset(dataset.samples, encoder, captionCache, {
    template: config.data.captionTemplate,
  });
  return { graph: new TextGraph(rows), name: encoder.name, encoder };
}
