// The quick start's report page: what the comparison means, said for a newcomer.
import type { Dataset } from '../data/index.js';
import { chooseSamples } from '../evaluate/filter.js';
import type { MetricResult, RetrievalTask, Task } from '../evaluate/index.js';
import type { SimilarityGraph } from '../graph/index.js';
import {
  conclude,
  type DatasetSummary,
  type Measurement,
  type Method,
  type MetricColumn,
  renderReport,
  type Setting,
} from '../report/index.js';
import { chanceLevel } from '../report/metric-titles.js';
import type { TrainConfig } from '../train/config.js';
import { readMetrics } from '../train/metrics-log.js';
import type { Comparison } from './comparison.js';
import type { MeasuredMethod } from './encoded-method.js';
import { embeddingMaps, heatMaps, Images, neighborRows } from './illustrations.js';
import type { SeedResults } from './seed-results.js';

export interface QuickstartReportInput {
  readonly measured: readonly MeasuredMethod[];
  readonly comparison: Comparison;
  readonly dataset: Dataset;
  readonly tasks: readonly Task[];
  readonly captions: SimilarityGraph;
  readonly config: TrainConfig;
  /** What the same settings gave over several seeds; null where there is nothing of the kind. */
  readonly overSeeds: SeedResults | null;
}

/** A self-contained HTML page. */
export async function quickstartReport(input: QuickstartReportInput): Promise<string> {
  const { measured, comparison, dataset, tasks, captions, config, overSeeds } = input;
  const images = new Images(dataset);
  const settings = { dataset, methods: measured, seed: config.seed };
  const retrieval = tasks.find((task): task is RetrievalTask => task.metric === 'retrieval');
  const aligned = tasks.find((task) => task.metric === 'alignment');
  const unseen = aligned === undefined ? new Int32Array() : chooseSamples(dataset, aligned.samples, 'report');
  const methods = measured.map(methodOf);
  const metrics = columnsOf(measured[0]?.metrics ?? {});
  const differences = comparison.differences;
  return renderReport({
    title: 'X-CLR and SimCLR on emoji drawings',
    created: new Date(),
    summary:
      'Two encoders were trained on the same drawings with the same settings. X-CLR learned from the similarity of the captions, SimCLR only ' +
      'that two views of one image belong together. Both were then tested on concepts and on a drawing style that were kept out of training.',
    setup: setupOf(config, comparison),
    dataset: await summaryOf(dataset, images, config),
    methods,
    metrics,
    differences,
    intervalNote:
      '95 % intervals over the queries (kNN, retrieval) or the concepts (alignment) of one training run each. Differences are tested on the same queries, corrected for the number of methods by Holm’s method',
    oneSeed: true,
    ...(overSeeds !== null && { overSeeds }),
    ...(unseen.length > 1 && { heatMaps: heatMaps(settings, captions, unseen, { group: 'group' }) }),
    ...(retrieval !== undefined && {
      neighbors: await neighborRows(settings, images, retrieval),
      neighborRule: 'the same thing, drawn in another style',
    }),
    ...(unseen.length > 2 && { maps: await embeddingMaps(settings, images, unseen, { group: 'group' }) }),
    conclusions: conclude({ methods, metrics, differences, oneSeed: true }),
    nextSteps: [
      {
        title: 'Train on your own images',
        command: 'npx xclr train --data YOUR_FOLDER',
        why: 'A folder with a subfolder for each class is enough; a CSV with the columns image and caption is better.',
      },
      {
        title: 'Look at the run',
        command: `npx xclr eval ${config.run}`,
        why: 'Measures the encoder before and after its projector, with intervals, and writes a page with its mistakes.',
      },
    ],
  });
}

function methodOf(one: MeasuredMethod): Method {
  const { key, title, description, control, seconds, run } = one;
  const measured = Object.entries(one.metrics).flatMap(([name, result]) => {
    const measurement = measurementOf(result);
    return measurement === null ? [] : [[name, measurement] as const];
  });
  return {
    key,
    title,
    description,
    control,
    metrics: Object.fromEntries(measured),
    ...(run !== undefined && { curve: readMetrics(run) }),
    ...(seconds !== undefined && { seconds }),
  };
}

function measurementOf({ value, interval, n }: MetricResult): Measurement | null {
  if (value === null) return null;
  return { value, n, ...(interval !== null && { low: interval.low, high: interval.high }) };
}

const titles: readonly (readonly [
  pattern: RegExp,
  title: string,
  headline: boolean,
  unit: 'percent' | 'number',
])[] = [
  [/^knn_unseen$/, 'Kind of an unseen thing (kNN)', true, 'percent'],
  [/^knn_/, 'Kind (kNN)', false, 'percent'],
  [/^r1_/, 'Same thing in another style, first hit (R@1)', true, 'percent'],
  [/^r5_/, 'R@5', false, 'percent'],
  [/^r10_/, 'R@10', false, 'percent'],
  [/^map_/, 'mAP', false, 'percent'],
  [/^alignment_.*_projected$/, 'Alignment after the projector (Spearman)', true, 'number'],
  [/^alignment_/, 'Alignment with the captions (Spearman)', true, 'number'],
  [/^triplets_.*_projected$/, 'Triplet accuracy after the projector', false, 'percent'],
  [/^triplets_/, '“Nearer to the dog than to the truck?” (triplet accuracy)', true, 'percent'],
];

function columnsOf(metrics: Record<string, MetricResult>): MetricColumn[] {
  return Object.entries(metrics).map(([key, { definition }]) => {
    const [, title = key, headline = false, unit = 'number'] =
      titles.find(([pattern]) => pattern.test(key)) ?? [];
    const chance = chanceLevel(key);
    return { key, title, explanation: definition, headline, unit, ...(chance !== undefined && { chance }) };
  });
}

function setupOf(config: TrainConfig, { seconds }: Comparison): Setting[] {
  const { encoder, views, batchSize, optimizer, loss, precision, seed } = config;
  return [
    {
      label: 'Encoder',
      value: `${encoder.name}, ${encoder.width} × the usual width, ${encoder.stem} stem; trained from random weights`,
    },
    {
      label: 'Views',
      value: `two per image, ${views.size} × ${views.size} pixels, recipe “${views.recipe}”`,
    },
    {
      label: 'Training',
      value: `${config.steps ?? '–'} steps of ${batchSize} images, ${optimizer.name}, peak learning rate ${optimizer.lr}, ${precision}`,
    },
    { label: 'Temperature τ', value: String(loss.temperature) },
    {
      label: 'Caption similarity',
      value:
        config.graph.kind === 'text'
          ? `${config.graph.encoder}, τ_s ${config.graph.temperature}`
          : config.graph.kind,
    },
    { label: 'Seed', value: String(seed) },
    {
      label: 'Time',
      value: Object.entries(seconds)
        .map(([name, value]) => `${name} ${Math.round(value)} s`)
        .join(', '),
    },
  ];
}

async function summaryOf(dataset: Dataset, images: Images, config: TrainConfig): Promise<DatasetSummary> {
  const training = chooseSamples(dataset, config.data.train, 'report');
  const counts = (split: string) => dataset.samples.filter((sample) => sample.split === split).length;
  const examples = Array.from({ length: 12 }, (_, i) => training[Math.floor((i * training.length) / 12)]!);
  return {
    name: 'Emoji drawings',
    description:
      'Drawings of the same things in five styles, with Unicode’s names and keywords as captions. Whole concepts and one whole style were kept out of training.',
    splits: [
      {
        name: 'train',
        images: training.length,
        purpose: 'for training: seven concepts in ten, in four of the five styles',
      },
      {
        name: 'validation',
        images: counts('validation'),
        purpose: 'for choosing the settings: other concepts',
      },
      {
        name: 'test',
        images: counts('test'),
        purpose: 'for the results below: again other concepts, measured once',
      },
    ],
    examples: await Promise.all(examples.map((sample) => images.of(sample))),
    credits: [
      { name: 'Noto Emoji', license: 'Apache 2.0', attribution: 'Google' },
      { name: 'Twemoji', license: 'CC BY 4.0', attribution: 'Twitter and contributors' },
      { name: 'Fluent Emoji', license: 'MIT', attribution: 'Microsoft' },
      { name: 'EmojiOne 2', license: 'CC BY 4.0', attribution: 'EmojiOne' },
    ],
  };
}
