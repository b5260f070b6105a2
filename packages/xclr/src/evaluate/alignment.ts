// Alignment: whether learned similarity orders pairs and triplets of different concepts as their captions do.

import { scoped, type Tensor } from '@xclr/torch';
import { purpose, Random } from '../util/random.js';
import { pairBlocks } from './pair-blocks.js';
import { type ConceptPairs, spearmanOfPairs } from './rank-correlation.js';
import { similaritySquare } from './similarity-rows.js';
import {
  allTriplets,
  possibleTriplets,
  type SimilaritySquares,
  sampledTriplets,
  TripletCounts,
  tripletUnits,
} from './triplets.js';
import type { CaptionSimilarity, Units } from './types.js';

/** Features, the similarities that they are compared with, and a seed. */
export interface AlignmentInput {
  /** (n, d) unit rows, float32. */
  readonly features: Tensor;
  /** Row and sample index of each image that takes part, and its concept as 0 … concepts−1. */
  readonly rows: Int32Array;
  readonly samples: Int32Array;
  readonly concepts: Int32Array;
  readonly captionSimilarity: CaptionSimilarity;
  readonly margin: number;
  readonly triplets: number;
  readonly seed: number;
  /** Pairs beyond this are sampled. */
  readonly maxPairs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** How well the similarities of features agree with a reference. */
export interface AlignmentScores {
  /** Spearman's ρ, by concept; the estimate is NaN where one side is constant. */
  readonly correlation: Units;
  readonly pairs: number;
  /** Pairs looked at but left out, as both images are of one concept. */
  readonly sameConceptPairs: number;
  readonly pairsSampled: boolean;
  readonly captionsConstant: boolean;
  /** Triplet accuracy, by concept; the estimate is NaN where no triplet counts. */
  readonly order: Units;
  readonly triplets: number;
  readonly tripletsSampled: boolean;
}

const MAX_PAIRS = 2_000_000;

function captionSquare(similarity: CaptionSimilarity, ids: Int32Array): Float32Array {
  const square = new Float32Array(ids.length * ids.length);
  scoped(() => {
    const matrix = similarity.similarities(ids); // (n, n)
    if (matrix.shape[0] !== ids.length || matrix.shape[1] !== ids.length) {
      throw new RangeError(
        `alignment: captionSimilarity must give (${ids.length}, ${ids.length}), got (${matrix.shape.join(', ')})`,
      );
    }
    matrix.to({ dtype: 'float32' }).copyTo(square);
  });
  return square;
}

/** Appends a block's pairs of different concepts to the lists of all blocks. */
class PairCollector {
  readonly #learned: Float32Array;
  readonly #caption: Float32Array;
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  #used = 0;
  sameConcept = 0;

  constructor(capacity: number) {
    this.#learned = new Float32Array(capacity);
    this.#caption = new Float32Array(capacity);
    this.#first = new Int32Array(capacity);
    this.#second = new Int32Array(capacity);
  }

  add({ n, learned, caption, concepts }: SimilaritySquares): void {
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (concepts[i] === concepts[j]) {
          this.sameConcept++;
          continue;
        }
        this.#learned[this.#used] = learned[i * n + j]!;
        this.#caption[this.#used] = caption[i * n + j]!;
        this.#first[this.#used] = concepts[i]!;
        this.#second[this.#used++] = concepts[j]!;
      }
    }
  }

  pairs(): ConceptPairs {
    return {
      learned: this.#learned.subarray(0, this.#used),
      caption: this.#caption.subarray(0, this.#used),
      first: this.#first.subarray(0, this.#used),
      second: this.#second.subarray(0, this.#used),
    };
  }
}

/** The first sample of each concept, which names it. */
function conceptKeys(concepts: Int32Array, samples: Int32Array): Int32Array {
  const keys = new Map<number, number>();
  concepts.forEach((concept, at) => {
    if (!keys.has(concept)) keys.set(concept, samples[at]!);
  });
  return Int32Array.from({ length: keys.size }, (_, concept) => keys.get(concept)!);
}

/** Pair correlation and triplet accuracy of one set of features; memory is bounded by `maxPairs`. */
export function alignmentScores(input: AlignmentInput): AlignmentScores {
  const { features, rows, samples, concepts, margin, seed, maxPairs = MAX_PAIRS } = input;
  const blocks = pairBlocks(rows.length, maxPairs, seed);
  const collector = new PairCollector(blocks.reduce((pairs, { length: n }) => pairs + (n * (n - 1)) / 2, 0));
  const keys = conceptKeys(concepts, samples);
  const counts = new TripletCounts(keys.length);
  const every = blocks.reduce((count, block) => count + possibleTriplets(block.length), 0) <= input.triplets;
  const random = new Random(seed, purpose.evaluation, 1); // the 1 keeps it apart from the blocks' shuffle
  let drawnFor = 0;
  blocks.forEach((block, done) => {
    const take = (from: Int32Array) => block.map((at) => from[at]!);
    const squares: SimilaritySquares = {
      n: block.length,
      learned: similaritySquare(features, take(rows)),
      caption: captionSquare(input.captionSimilarity, take(samples)),
      concepts: take(concepts),
    };
    collector.add(squares);
    // Blocks share the triplets by their anchors; rounding carries over, so that the sum is right.
    const before = Math.floor((input.triplets * drawnFor) / rows.length);
    drawnFor += block.length;
    const fraction = Math.floor((input.triplets * drawnFor) / rows.length) - before;
    if (every) allTriplets(squares, margin, counts);
    else sampledTriplets(squares, margin, fraction, random, counts);
    input.onProgress?.(done + 1, blocks.length);
  });
  const pairs = collector.pairs();
  return {
    correlation: spearmanOfPairs(pairs, keys),
    pairs: pairs.learned.length,
    sameConceptPairs: collector.sameConcept,
    pairsSampled: blocks.length > 1,
    captionsConstant: pairs.caption.every((value) => value === pairs.caption[0]),
    order: tripletUnits(counts, keys),
    triplets: counts.total,
    tripletsSampled: !every,
  };
}
