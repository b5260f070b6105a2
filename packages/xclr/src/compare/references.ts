// What captions' similarity is measured by: the plan's reference, which a method may have been trained on, and a second one that none was.
import { tensor } from '@xclr/torch';
import { sampleValue } from '../data/filter.js';
import type { Dataset } from '../data/types.js';
import { captionGraph } from '../evaluate/evaluate-run.js';
import type { CaptionSimilarity } from '../evaluate/index.js';
import type { GraphConfig, TrainConfig } from '../train/config.js';
import { UserError } from '../util/errors.js';

type TextReference = Extract<GraphConfig, { kind: 'text' }>;

/** A second similarity: another text encoder's, or that of columns of the data, from the coarsest to the finest. */
export type SecondReference = { readonly columns: readonly string[] } | TextReference;

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

const sameEncoder = (graph: GraphConfig, reference: TextReference) =>
  graph.kind === 'text' && graph.encoder === reference.encoder && graph.model === reference.model;

/** Methods whose targets came from the reference's own text encoder: their alignment says how well they learned it. */
export function trainedOnReference(plan: Pick<Planned, 'cells' | 'reference'>): string[] {
  const found = plan.cells.filter(({ train }) => train !== null && learnsFrom(train, plan.reference));
  return [...new Set(found.map(({ method }) => method))];
}

function learnsFrom({ method, graph }: TrainConfig, reference: TextReference): boolean {
  return (method === 'xclr' || method === 'clip-frozen') && sameEncoder(graph, reference);
}

/** @throws {UserError} where a method was trained on what should be a similarity that none saw */
export function checkSecondReference(plan: Planned): void {
  const { second } = plan;
  if (second === undefined || 'columns' in second) return;
  const cell = plan.cells.find(({ train }) => train !== null && learnsFrom(train, second));
  if (cell === undefined && !sameEncoder(plan.reference, second)) return;
  throw new UserError(
    `plan ${plan.name}: secondReference: ${second.encoder} is ${cell === undefined ? 'the first reference too' : `what ${cell.method} is trained on`}`,
    'A second reference shows what no method was trained on: name another encoder, or columns of the data.',
  );
}

/** Short and fit for a metric's name. */
export const secondName = (second: SecondReference) => ('columns' in second ? 'columns' : second.encoder);

/** For definitions. */
export function describeSecond(second: SecondReference): string {
  return 'columns' in second
    ? `how many of the columns ${second.columns.join(', ')} two images share, from the first on`
    : `the cosine of the captions' vectors by ${second.encoder}`;
}

/** The similarities themselves; the caller disposes them. */
export async function secondSimilarity(
  second: SecondReference,
  config: TrainConfig,
  dataset: Dataset,
): Promise<CaptionSimilarity & Disposable> {
  if (!('columns' in second)) return (await captionGraph({ ...config, graph: second }, dataset)).graph;
  for (const column of second.columns) {
    if (dataset.samples.some((sample) => sampleValue(sample, column) != null)) continue;
    throw new UserError(
      `secondReference: no image has a value in the column "${column}"`,
      'Name columns of the data, from the coarsest to the finest.',
    );
  }
  return new ColumnSimilarity(dataset, second.columns);
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
