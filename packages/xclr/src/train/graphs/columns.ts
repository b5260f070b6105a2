// What the graphs read from a data set's columns.
import type { Dataset } from '../../data/index.js';
import { type RowsOfSamples, smoothRows } from '../../graph/index.js';
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import { ownValue } from '../../util/own-value.js';
import type { GraphConfig } from '../config.js';

/** (number of samples) cells of a column; `label` is one too. */
export function cellsOf({ samples }: Dataset, column: string): string[] {
  if (column === 'label') return samples.map(({ label }) => label ?? '');
  if (!samples.some(({ attributes }) => Object.hasOwn(attributes, column))) {
    const known = ['label', ...new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))];
    const near = nearestName(column, known);
    throw new UserError(
      `graph: there is no column '${column}' in the data`,
      near === undefined
        ? `It has ${known.join(', ')}.`
        : `Did you mean '${near}'? It has ${known.join(', ')}.`,
    );
  }
  return samples.map(({ attributes }) => ownValue(attributes, column) ?? '');
}

type VectorPostprocessing = Extract<GraphConfig, { kind: 'text' }>['postprocess'];

/** Rows drawn towards the means of what they share a column's value with, as `postprocess.smooth` says. */
export function smoothed(
  rows: RowsOfSamples,
  dataset: Dataset,
  training: Int32Array,
  { smooth }: VectorPostprocessing,
): RowsOfSamples {
  const groups = Object.entries(smooth).map(([column, weight]) => ({
    cells: cellsOf(dataset, column),
    weight,
  }));
  return groups.length === 0 ? rows : smoothRows(rows, training, groups);
}
