// Post-processing of a batch's similarities, and a τ_s of its own, around any graph.
import { scoped, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import {
  checkTargetTemperature,
  type GraphRows,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';

export interface SimilarityPostprocess {
  /** Negative similarities become 0. */
  clip?: boolean;
  /** Only the k most similar views of each row stay (ties stay together); the rest become −∞: never similar. */
  topK?: number | null;
}

/** (n, n) → (n, n) without similarities below 0. @internal */
export function clipNegatives(similarities: Tensor): Tensor {
  return similarities.clampMin(0); // (n, n)
}

/**
 * (r, n) → (r, n): per row the k greatest off the diagonal, ties included, and −∞ elsewhere. The other view of a sample
 * has similarity 1 and so stays. Not symmetric: a may be among b's nearest and not the other way round.
 * @param options start: which of the n rows the first is, 0 by default
 * @internal
 */
export function keepTopK(
  similarities: Tensor,
  k: number,
  { start = 0 }: { readonly start?: number } = {},
): Tensor {
  if (!(Number.isInteger(k) && k >= 1))
    throw new UserError(`topK must be a whole number of at least 1, got ${k}`);
  const [, n = 0] = similarities.shape;
  if (k >= n - 1) return similarities.clone(); // (r, n)
  return scoped(() => {
    const others = similarities.clone(); // (r, n)
    others.diagonal({ offset: start }).fill_(Number.NEGATIVE_INFINITY);
    const [greatest] = others.topk(k, { dim: 1 }); // (r, k)
    const least = greatest.narrow(1, k - 1, 1); // (r, 1)
    return similarities.maskedFill(similarities.lt(least), Number.NEGATIVE_INFINITY); // (r, n)
  });
}

/** The wrapped graph is disposed with this one; its own τ_s plays no part. */
export class PostprocessedGraph implements SimilarityGraph {
  readonly name: string;
  readonly targetTemperature: number;
  readonly #graph: SimilarityGraph;
  readonly #postprocess: SimilarityPostprocess;

  constructor(graph: SimilarityGraph, targetTemperature: number, postprocess: SimilarityPostprocess = {}) {
    checkTargetTemperature(`${graph.name} graph`, targetTemperature);
    this.name = graph.name;
    this.targetTemperature = targetTemperature;
    this.#graph = graph;
    this.#postprocess = postprocess;
  }

  similarities(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() => this.#processed(this.#graph.similarities(ids, options), 0)); // (n, n)
  }

  rows(ids: Int32Array, options: { readonly epoch?: number } = {}): GraphRows {
    const plain = this.#graph.rows(ids, options);
    return rowsOver(this.targetTemperature, (rows) =>
      scoped(() => this.#processed(plain.similarities(rows), rows.start)),
    ); // (rows, n)
  }

  /** @param plain (r, n), from row `start` on */
  #processed(plain: Tensor, start: number): Tensor {
    const { clip = false, topK = null } = this.#postprocess;
    const clipped = clip ? clipNegatives(plain) : plain;
    return topK === null ? clipped : keepTopK(clipped, topK, { start });
  }

  logits(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() => this.similarities(ids, options).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }
}
