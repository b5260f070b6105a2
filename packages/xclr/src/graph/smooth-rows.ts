// Hierarchy smoothing: vectors drawn towards the mean of their class, and of the class above it.
import { UserError } from '../util/errors.js';
import type { RowsOfSamples } from './text-graph.js';

/** A level of the hierarchy: which group each sample is in, and how strongly the group's mean draws. */
export interface Level {
  /** (number of samples); an empty cell is in no group. */
  readonly cells: readonly string[];
  /** Weight of the group's mean beside the vector's own weight of 1. */
  readonly weight: number;
}

/**
 * v ← unit(v + Σ weight · mean of the training vectors of its group), for each level. Rare and odd captions borrow from their
 * class what they lack. Samples of one caption that are in different groups get rows of their own.
 * Means are over the training samples (first captions where several are drawn); a group without any draws nothing.
 */
export function smoothRows(
  rows: RowsOfSamples,
  training: Int32Array,
  levels: readonly Level[],
): RowsOfSamples {
  const { vectors, dimensions: d, rowOf, choices } = rows;
  const samples = rowOf.length;
  for (const { cells, weight } of levels) {
    if (cells.length !== samples)
      throw new UserError(
        `postprocess.smooth: expected a cell for each of ${samples} samples, got ${cells.length}`,
      );
    if (!(weight > 0)) throw new UserError(`postprocess.smooth: weights must be above 0, got ${weight}`);
  }
  const means = levels.map(({ cells }) => meansOf(rows, training, cells));
  const placeOf = new Map<string, number>();
  const sources: { row: number; sample: number }[] = [];
  const placed = (row: number, sample: number): number => {
    const key = [row, ...levels.map(({ cells }) => cells[sample])].join('\u0000');
    let place = placeOf.get(key);
    if (place === undefined) {
      place = sources.length;
      placeOf.set(key, place);
      sources.push({ row, sample });
    }
    return place;
  };
  const newRowOf = Int32Array.from(rowOf, (row, sample) => placed(row, sample));
  const newChoices =
    choices === undefined
      ? undefined
      : {
          starts: choices.starts,
          rows: choices.rows.map((row, at) => placed(row, ownerOf(choices.starts, at))),
        };
  const smoothed = new Float32Array(sources.length * d);
  sources.forEach(({ row, sample }, place) => {
    const out = smoothed.subarray(place * d, (place + 1) * d);
    out.set(vectors.subarray(row * d, (row + 1) * d));
    levels.forEach(({ cells, weight }, level) => {
      const mean = means[level]!.get(cells[sample]!);
      if (mean !== undefined) for (let i = 0; i < d; i++) out[i]! += weight * mean[i]!;
    });
    const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let i = 0; i < d; i++) out[i]! /= length;
  });
  return {
    vectors: smoothed,
    dimensions: d,
    rowOf: newRowOf,
    ...(newChoices !== undefined && { choices: newChoices }),
  };
}

function meansOf(
  { vectors, dimensions: d, rowOf }: RowsOfSamples,
  training: Int32Array,
  cells: readonly string[],
): Map<string, Float64Array> {
  const sums = new Map<string, { sum: Float64Array; count: number }>();
  for (const sample of training) {
    const cell = cells[sample]!;
    if (cell === '') continue;
    const group = sums.get(cell) ?? { sum: new Float64Array(d), count: 0 };
    sums.set(cell, group);
    group.count++;
    const from = rowOf[sample]! * d;
    for (let i = 0; i < d; i++) group.sum[i]! += vectors[from + i]!;
  }
  return new Map([...sums].map(([cell, { sum, count }]) => [cell, sum.map((value) => value / count)]));
}

/** The sample whose captions a place among the choices belongs to, by bisection. */
function ownerOf(starts: Int32Array, at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}
