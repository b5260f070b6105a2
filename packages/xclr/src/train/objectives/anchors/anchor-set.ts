// The anchors of the prototype loss: what they stand for, and how much of an image's target lies on each.
import type { Tensor } from '@xclr/torch';

/** Anchors numbered 0 … count − 1. */
export interface AnchorSet extends Disposable {
  readonly count: number;
  /** For people: '100 captions'. */
  readonly description: string;
  readonly notes: readonly string[];
  /** (count, e) vectors of which the anchors are a linear map; absent where they are learned freely. */
  readonly vectors?: Tensor;
  /** The anchors of each sample that its target must reach; an empty list for a sample that has none. */
  ownOf(ids: Int32Array, epoch: number): readonly (readonly number[])[];
  /**
   * (b, m) targets over the anchors that were drawn, rows that sum to 1, or 0 where a sample has no anchor.
   * @param own of `ownOf`
   */
  targets(own: readonly (readonly number[])[], drawn: DrawnAnchors | null, ids: Int32Array): Tensor;
}

/** Some of many anchors, for one step. */
export interface DrawnAnchors {
  /** (m) ascending. */
  readonly anchors: Int32Array;
  /** (m) ln of how often each is expected among those that were drawn: 0 for those that a batch needs. */
  readonly logExpected: Float32Array;
  /** The column of an anchor. */
  readonly columnOf: ReadonlyMap<number, number>;
}
