// Samples described by a table: a weighted fraction of columns that agree.
import { UserError } from '../util/errors.js';
import { PairGraph, type PairGraphOptions } from './pair-graph.js';
import type { SimilarityGraph } from './similarity-graph.js';

/** One column of the table; an empty cell is a missing value. */
export interface AttributeColumn {
  readonly name: string;
  readonly weight: number;
  /** (number of samples) */
  readonly cells: readonly string[];
  /**
   * same (default): 1 for equal cells, else 0; range: 1 − |a − b| / (max − min), at least 0; exp: exp(−|a − b| / σ).
   * Range and standard deviation σ are those of the training samples.
   */
  readonly kernel?: 'same' | 'range' | 'exp';
}

/** Columns of an attribute graph, and the temperature of its targets. */
export interface AttributeGraphOptions extends PairGraphOptions {
  /** Samples that range and σ are taken from. Default: all. */
  training?: Int32Array;
}

type Compare = (a: number, b: number) => number | null;

/** Columns in which either sample lacks a value are left out of a pair's mean; with none left the pair is at 0. */
export function attributeGraph(
  columns: readonly AttributeColumn[],
  samples: number,
  { training = Int32Array.from({ length: samples }, (_, i) => i), ...options }: AttributeGraphOptions = {},
): SimilarityGraph {
  if (columns.length === 0) throw new UserError('attributes graph: at least one column is needed');
  for (const { name, weight, cells } of columns) {
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new UserError(`attributes graph: the weight of '${name}' must be above zero, got ${weight}`);
    }
    if (cells.length !== samples) {
      throw new UserError(`attributes graph: '${name}' must have ${samples} cells, got ${cells.length}`);
    }
  }
  const compared = columns.map((column) => ({ weight: column.weight, compare: compareBy(column, training) }));
  return new PairGraph(
    'attributes',
    samples,
    (a, b) => {
      let sum = 0;
      let weights = 0;
      for (const { weight, compare } of compared) {
        const value = compare(a, b);
        if (value === null) continue;
        sum += weight * value;
        weights += weight;
      }
      return weights === 0 ? 0 : sum / weights;
    },
    options,
  );
}

function compareBy({ name, cells, kernel = 'same' }: AttributeColumn, training: Int32Array): Compare {
  if (kernel === 'same') {
    return (a, b) => (cells[a] === '' || cells[b] === '' ? null : Number(cells[a] === cells[b]));
  }
  const numbers = Float64Array.from(cells, (cell, i) => {
    const value = cell.trim() === '' ? Number.NaN : Number(cell);
    if (cell.trim() !== '' && !Number.isFinite(value)) {
      throw new UserError(
        `attributes graph: '${name}' must hold numbers, sample ${i} has '${cell}'`,
        'Remove it from graph.numeric to compare it as a category.',
      );
    }
    return value;
  });
  const known = Float64Array.from(training, (sample) => numbers[sample]!).filter(
    (value) => !Number.isNaN(value),
  );
  const scale = kernel === 'range' ? rangeOf(known) : deviationOf(known);
  return (a, b) => {
    const distance = Math.abs(numbers[a]! - numbers[b]!);
    if (Number.isNaN(distance)) return null;
    if (distance === 0) return 1;
    return kernel === 'range' ? Math.max(0, 1 - distance / scale) : Math.exp(-distance / scale);
  };
}

function rangeOf(values: Float64Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Math.max(0, high - low);
}

function deviationOf(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
