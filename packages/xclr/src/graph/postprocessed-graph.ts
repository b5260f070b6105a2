// Post-processing of a batch's similarities, and a τ_s of its own, around any graph.
import { scoped, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { checkTargetTemperature, type SimilarityGraph } from './similarity-graph.js';

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
 * (n, n) → (n, n): per row the k greatest off the diagonal, ties included, and −∞ elsewhere. The other view of a sample
 * has similarity 1 and so stays. Not symmetric: a may be among b's nearest and not the other way round.
 * @internal
 */
export function keepTopK(similarities: Tensor, k: number): Tensor {
  if (!(Number.isInteger(k) && k >= 1))
    throw new UserError(`topK must be a whole number of at least 1, got ${k}`);
  const [n = 0] = similarities.shape;
  if (k >= n - 1) return similarities.clone(); // (n, n)
  return scoped(() => {
    const others = similarities.clone(); // (n, n)
    others.diagonal().fill_(Number.NEGATIVE_INFINITY);
    const [greatest] = others.topk(k, { dim: 1 }); // (n, k)
    const least = greatest.narrow(1, k - 1, 1); // (n, 1)
    return similarities.maskedFill(similarities.lt(least), Number.NEGATIVE_INFINITY); // (n, n)
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
    const { clip = false, topK = null } = this.#postprocess;
    return scoped(() => {
      const plain = this.#graph.similarities(ids, options); // (n, n)
      const clipped = clip ? clipNegatives(plain) : plain;
      return topK === null ? clipped : keepTopK(clipped, topK);
    });
  }

  logits(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() => this.similarities(ids, options).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }
}
