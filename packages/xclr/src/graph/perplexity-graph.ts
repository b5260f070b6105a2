// A τ_s for each row: every view gets the same effective number of positives, as t-SNE gives every point the same perplexity.
import { full, scoped, type Tensor, where } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { temperatureRange } from './calibrate.js';
import type { SimilarityGraph } from './similarity-graph.js';

/** Halvings of the interval of ln τ_s: 6 nats become less than a millionth. */
const halvings = 24;

/**
 * (n, n) similarities → (n, 1) temperatures, for each row the τ_s at which softmax(similarities / τ_s) has the wanted perplexity, exp of its
 * entropy in nats: van der Maaten and Hinton 2008, section 2. Found by bisection within `temperatureRange`, on the device and without
 * waiting for it; a row that cannot have it (more of its similarities are equal to the greatest, or there are fewer) gets the nearest end.
 *
 * @param perplexity above 1 and below the number of others
 * @param options diagonal: whether a row's own similarity counts; the contrastive loss leaves it out, CLIP's targets do not
 * @internal
 */
export function perplexityTemperatures(
  similarities: Tensor,
  perplexity: number,
  { diagonal = false }: { readonly diagonal?: boolean } = {},
): Tensor {
  if (!(perplexity > 1 && Number.isFinite(perplexity))) {
    throw new UserError(
      `perplexityTemperatures: perplexity must be above 1, got ${perplexity}`,
      'It is the effective number of positives of a view: 1 is SimCLR, the identity graph.',
    );
  }
  const wanted = Math.log(perplexity);
  const [n = 0] = similarities.shape;
  const { device, dtype } = similarities;
  return scoped(() => {
    const own = similarities.clone(); // (n, n)
    if (!diagonal) own.diagonal().fill_(Number.NEGATIVE_INFINITY);
    // Similarities less the row's greatest: a softmax does not change, and a small τ_s overflows nothing.
    const shifted = own.sub(own.amax({ dim: [1], keepdim: true })); // (n, n) ≤ 0
    const { lowest, highest } = temperatureRange;
    let low = full([n, 1], Math.log(lowest), { dtype, device }); // (n, 1) ln τ_s
    let high = full([n, 1], Math.log(highest), { dtype, device }); // (n, 1)
    for (let i = 0; i < halvings; i++) {
      [low, high] = scoped(() => {
        const middle = low.add(high).div(2); // (n, 1)
        const tooSharp = entropies(shifted.div(middle.exp())).lt(wanted); // (n, 1): raise τ_s
        return [where(tooSharp, middle, low), where(tooSharp, high, middle)];
      });
    }
    return low.add(high).div(2).exp(); // (n, 1)
  });
}

/** (n, n) logits → (n, 1) entropies of their softmax in nats; −∞ has no weight. */
function entropies(logits: Tensor): Tensor {
  const logProbabilities = logits.logSoftmax(1); // (n, n)
  const terms = logProbabilities.exp().mul(logProbabilities.clampMin(-1e4)); // 0 · −∞ is NaN
  return terms.sum([1], { keepdim: true }).neg();
}

/** A graph whose logits are its similarities over a τ_s of each row. The wrapped graph is disposed with this one; its own τ_s plays no part. */
export class PerplexityGraph implements SimilarityGraph {
  readonly name: string;
  readonly perplexity: number;
  readonly #graph: SimilarityGraph;
  readonly #diagonal: boolean;

  constructor(
    graph: SimilarityGraph,
    perplexity: number,
    { diagonal = false }: { readonly diagonal?: boolean } = {},
  ) {
    this.name = graph.name;
    this.perplexity = perplexity;
    this.#graph = graph;
    this.#diagonal = diagonal;
  }

  similarities(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return this.#graph.similarities(ids, options);
  }

  logits(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() => {
      const similarities = this.similarities(ids, options); // (n, n)
      const diagonal = this.#diagonal;
      return similarities.div_(perplexityTemperatures(similarities, this.perplexity, { diagonal })); // (n, n)
    });
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }
}
