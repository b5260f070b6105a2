// What captions' similarity is measured by: the plan's reference, and a second one, best one that no method was trained on.
import { basename, extname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { tensor } from '@xclr/torch';
import { sampleValue, selectSamples } from '../data/filter.js';
import type { Dataset } from '../data/types.js';
import { captionGraph } from '../evaluate/evaluate-run.js';
import type { CaptionSimilarity } from '../evaluate/index.js';
import type { GraphConfig, TrainConfig } from '../train/config.js';
import { buildFamily } from '../train/graphs/families.js';
import { UserError } from '../util/errors.js';

type TextReference = Extract<GraphConfig, { kind: 'text' }>;

/** A second similarity: of any graph, or of columns of the data, from the coarsest to the finest. */
export type SecondReference = { readonly columns: readonly string[] } | GraphConfig;

/** Whether it is columns of the data; a graph of attributes has weights under that name, no list. */
export const isColumns = (second: object): second is { readonly columns: readonly string[] } =>
  'columns' in second && Array.isArray(second.columns);

/** What is measured against a similarity: metrics whose value depends on the reference. */
export function restsOnReference(metric: string): boolean {
  return /^(alignment|triplets|graded|mistakes)_/.test(metric);
}

/** What of a plan decides which method saw which similarity. */
interface Planned {
  readonly name: string;
  readonly reference: TextReference;
  readonly second?: SecondReference;
  readonly cells: readonly { readonly method: string; readonly train: TrainConfig | null }[];
}

/** Where a graph's similarities come from, whatever is made of them afterwards. */
function sourceOf(graph: GraphConfig): unknown {
  if (graph.kind === 'text') return ['text', graph.encoder, graph.model];
  const {
    temperature: _,
    postprocess: __,
    ...source
  } = graph as { temperature?: unknown; postprocess?: unknown };
  return source;
}

/** A reference that leaves its model open gets the one that methods get that leave it open, whose settings name it by then. */
function isSource(graph: GraphConfig, reference: GraphConfig): boolean {
  if (graph.kind === 'text' && reference.kind === 'text' && reference.model === undefined)
    return graph.encoder === reference.encoder;
  return isDeepStrictEqual(sourceOf(graph), sourceOf(reference));
}

const learnsFrom = ({ method, graph }: TrainConfig, reference: GraphConfig) =>
  (method === 'xclr' || method === 'clip-frozen') && isSource(graph, reference);

function trainedOn({ cells }: Pick<Planned, 'cells'>, reference: GraphConfig): string[] {
  const found = cells.filter(({ train }) => train !== null && learnsFrom(train, reference));
  return [...new Set(found.map(({ method }) => method))];
}

/** Methods whose targets came from the reference's own text encoder: their alignment says how well they learned it. */
export const trainedOnReference = (plan: Pick<Planned, 'cells' | 'reference'>) =>
  trainedOn(plan, plan.reference);

/** The same of the second reference. */
export const trainedOnSecond = (plan: Pick<Planned, 'cells' | 'second'>) =>
  plan.second === undefined || isColumns(plan.second) ? [] : trainedOn(plan, plan.second);

/** @throws {UserError} where the second similarity is the first */
export function checkSecondReference({ name, reference, second }: Planned): void {
  if (second === undefined || isColumns(second)) return;
  if (!isDeepStrictEqual(sourceOf(reference), sourceOf(second))) return;
  throw new UserError(
    `plan ${name}: secondReference: ${secondName(second)} is the first reference too`,
    'A second reference shows what methods were not trained on: name another encoder or graph, or columns of the data.',
  );
}

/** Short and fit for a metric's name. */
export function secondName(second: SecondReference): string {
  if (isColumns(second)) return 'columns';
  if (second.kind === 'text') return second.encoder;
  return 'path' in second ? basename(second.path, extname(second.path)) : second.kind;
}

/** For definitions. */
export function describeSecond(second: SecondReference): string {
  if (isColumns(second))
    return `how many of the columns ${second.columns.join(', ')} two images share, from the first on`;
  if (second.kind === 'text') return `the cosine of the captions' vectors by ${second.encoder}`;
  return `the similarity of the graph ${second.kind}${'path' in second ? ` in ${basename(second.path)}` : ''}`;
}

/** The similarities themselves; the caller disposes them. */
export async function secondSimilarity(
  second: SecondReference,
  config: TrainConfig,
  dataset: Dataset,
): Promise<CaptionSimilarity & Disposable> {
  if (!isColumns(second)) {
    if (second.kind === 'text') return (await captionGraph({ ...config, graph: second }, dataset)).graph;
    const context = {
      dataset,
      training: selectSamples(dataset, config.data.train),
      device: 'cpu',
      seed: config.seed,
      captionTemplate: config.data.captionTemplate,
      onNotice: () => undefined,
    };
    return (await buildFamily(second, context)).graph;
  }
  checkColumns(second.columns, dataset);
  return new ColumnSimilarity(dataset, second.columns);
}

/** @throws {UserError} for a column in which no image has a value */
export function checkColumns(columns: readonly string[], dataset: Dataset): void {
  for (const column of columns) {
    if (dataset.samples.some((sample) => sampleValue(sample, column) != null)) continue;
    const others = dataset.samples.flatMap(({ attributes }) => Object.keys(attributes));
    throw new UserError(
      `secondReference: no image has a value in the column "${column}"`,
      `Name columns of the data, from the coarsest to the finest: label (whatever its column is called)${[...new Set(others)].map((name) => `, ${name}`).join('')}.`,
    );
  }
}

/** The fraction of columns that two samples share, counted from the first to the first that differs. */
class ColumnSimilarity implements CaptionSimilarity, Disposable {
  readonly #values: readonly (readonly (string | null)[])[];

  constructor(dataset: Dataset, columns: readonly string[]) {
    this.#values = dataset.samples.map((sample) =>
      columns.map((column) => sampleValue(sample, column) ?? null),
    );
  }

  similarities(ids: Int32Array): ReturnType<CaptionSimilarity['similarities']> {
    const n = ids.length;
    const square = new Float32Array(n * n);
    for (let i = 0; i < n; i++) {
      const own = this.#values[ids[i]!]!;
      for (let j = 0; j < n; j++) {
        const other = this.#values[ids[j]!]!;
        const differs = own.findIndex((value, level) => value === null || value !== other[level]);
        square[i * n + j] = (differs < 0 ? own.length : differs) / own.length;
      }
    }
    return tensor(square, { shape: [n, n] }); // (n, n)
  }

  [Symbol.dispose](): void {}
}
