// What an evaluation takes and gives: unit features, caption similarities, metrics with their definitions.

import type { Tensor } from '@xclr/torch';

/** One unit row an image; the owner disposes `rows` and `plainRows`. */
export interface FeatureSet {
  /** (n, d) float32, each row of length 1 (or 0 where the encoder gave zeros). */
  readonly rows: Tensor;
  /** (n, d) unit rows before the mean was subtracted, where texts lie in the same space: CLIP compares these. */
  readonly plainRows?: Tensor;
  /** (d) what was subtracted from every row before it was made unit again, where it is known. */
  readonly mean?: Float32Array;
  /** A sentence about that, for the metrics' definitions. */
  readonly centeredBy?: string;
  /** (n) which sample of the data set each row belongs to, without repeats. */
  readonly indices: Int32Array;
}

/** How similar captions are; a training graph fits. */
export interface CaptionSimilarity {
  /** (n, n) similarities in [−1, 1] of the samples `ids`. */
  similarities(ids: Int32Array): Tensor;
}

/** A confidence interval from resampling the units of a metric. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0.95 means a 95 % interval. */
  readonly level: number;
  readonly resamples: number;
  readonly over: 'queries' | 'captions';
}

/**
 * What a metric is a mean of: Σ numerators / Σ denominators, unit by unit. Intervals come from resampling units, and
 * paired comparisons of methods from resampling the same units of both.
 */
export interface Units {
  /** The metric's value: the ratio of the sums, or, for pseudo-values, that ratio up to a small bias. */
  readonly estimate: number;
  /** A sample index that names the unit: the query, or the first image of the caption. */
  readonly keys: Int32Array;
  /** Pseudo-values are NaN where the metric is undefined without the unit: it rests on that unit, and has no interval. */
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
  /** Values that the metric can take, where its units can lie outside them, as pseudo-values do; else those of the units. */
  readonly range?: readonly [least: number, most: number];
}

/** Points of a line, equally many x and y. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** How often each class was taken for each. */
export interface Confusions {
  /** In the order of a tree. */
  readonly names: readonly string[];
  /** What each class belongs to: its parent. */
  readonly groups: readonly string[];
  /** (classes, classes) row-major: the true class, then the answer. */
  readonly counts: readonly number[];
}

/** A metric as it was measured: its value, its interval, what it was measured on, and its definition. */
export interface MetricResult {
  /** Null where the metric is undefined; `note` says why. */
  readonly value: number | null;
  /** How many of `counted` the value rests on. */
  readonly n: number;
  readonly counted: 'queries' | 'pairs' | 'triplets';
  /** One or two sentences with every setting that was used. */
  readonly definition: string;
  readonly interval: Interval | null;
  /** Reason → how many samples or queries were not used. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly note?: string;
  /** Values that a chart shows, such as the relevance at each rank. */
  readonly curve?: Curve;
  /** Of answers in a tree of classes. */
  readonly confusions?: Confusions;
  /** What was chosen for these features, as the C of a linear probe by cross-validation. */
  readonly chosen?: Readonly<Record<string, number>>;
  /** False where a fit behind the value did not reach its minimum; `note` says more. */
  readonly converged?: boolean;
}
