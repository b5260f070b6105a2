// A τ_s for each row: every view gets the same effective number of positives, as t-SNE gives every point the same perplexity.
import { cat, full, scoped, type Tensor, where } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { cutAt, type RowRange } from '../util/row-range.js';
import { temperatureRange } from './calibrate.js';
import { periodOf } from './period.js';
import type { GraphRows, SimilarityGraph } from './similarity-graph.js';

/** Halvings of the interval of ln τ_s: 6 nats become less than 6e-6. */
const halvings = 20;

/**
 * (r, b) similarities of r of b samples → (r, 1) temperatures, for each row the τ_s at which softmax(similarities / τ_s) over the views of all
 * has the wanted perplexity, exp of its entropy in nats: van der Maaten and Hinton 2008, section 2. Found by bisection within
 * `temperatureRange`, on the device and without waiting for it; a row that cannot have it (more of its similarities are equal to the
 * greatest, or there are fewer) gets the nearest end.
 *
 * @param perplexity above 1 and below the number of others
 * @param options views: v, so that a row has v views of each other sample; diagonal: whether a view itself counts, which the contrastive
 * loss leaves out and CLIP's targets do not
 * @internal
 */
export function perplexityTemperatures(
  similarities: Tensor,
  perplexity: number,
  {
    views = 1,
    diagonal = false,
    start = 0,
  }: { readonly views?: number; readonly diagonal?: boolean; readonly start?: number } = {},
): Tensor {
  if (!(perplexity > 1 && Number.isFinite(perplexity))) {
    throw new UserError(
      `perplexityTemperatures: perplexity must be above 1, got ${perplexity}`,
      'It is the effective number of positives of a view: 1 is SimCLR, the identity graph.',
    );
  }
  const wanted = Math.log(perplexity);
  const [r = 0, b = 0] = similarities.shape;
  const { device, dtype } = similarities;
  return scoped(() => {
    // Each column counts as often as the sample has views that the row is compared with: ln v, on the diagonal ln(v − 1).
    const logCounts = full([r, b], Math.log(views), { dtype, device }); // (r, b)
    const own = similarities.clone(); // (r, b)
    if (!diagonal) {
      if (views === 1) own.diagonal({ offset: start }).fill_(Number.NEGATIVE_INFINITY);
      else logCounts.diagonal({ offset: start }).fill_(Math.log(views - 1));
    }
    // Similarities less the row's greatest: a softmax does not change, and a small τ_s overflows nothing.
    const shifted = own.sub(own.amax({ dim: [1], keepdim: true })); // (r, b) ≤ 0
    const { lowest, highest } = temperatureRange;
    let low = full([r, 1], Math.log(lowest), { dtype, device }); // (r, 1) ln τ_s
    let high = full([r, 1], Math.log(highest), { dtype, device }); // (r, 1)
    for (let i = 0; i < halvings; i++) {
      [low, high] = scoped(() => {
        const middle = low.add(high).div(2); // (r, 1)
        const tooSharp = entropies(shifted.div(middle.exp()), logCounts).lt(wanted); // (r, 1): raise τ_s
        return [where(tooSharp, middle, low), where(tooSharp, high, middle)];
      });
    }
    return low.add(high).div(2).exp(); // (r, 1)
  });
}

/** (r, b) logits and ln of how often each counts → (r, 1) entropies in nats: ln Z − Σ p · logit. −∞ has no weight. */
function entropies(logits: Tensor, logCounts: Tensor): Tensor {
  const weights = logits.add(logCounts); // (r, b)
  const logSum = weights.logsumexp([1], { keepdim: true }); // (r, 1)
  const probabilities = weights.sub_(logSum).exp_(); // (r, b), of all views of a sample together
  const mean = probabilities.mul_(logits.clampMin_(-1e4)).sum([1], { keepdim: true }); // 0 · −∞ is NaN
  return logSum.sub(mean);
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
      const b = periodOf(ids);
      const views = ids.length / b;
      const each = similarities.narrow(0, 0, b).narrow(1, 0, b); // (b, b): the rest repeats it
      const temperatures = perplexityTemperatures(each, this.perplexity, { views, diagonal: this.#diagonal }); // (b, 1)
      return similarities.div_(views === 1 ? temperatures : temperatures.repeat([views, 1])); // (n, n)
    });
  }

  rows(ids: Int32Array, options: { readonly epoch?: number } = {}): GraphRows {
    const plain = this.#graph.rows(ids, options);
    const b = periodOf(ids);
    const views = ids.length / b;
    const temperatureOf = (similarities: Tensor, start: number) =>
      perplexityTemperatures(similarities.narrow(1, 0, b), this.perplexity, {
        ...{ views, diagonal: this.#diagonal, start },
      }); // (r, 1)
    const logits = (rows: RowRange) =>
      scoped(() => {
        const similarities = plain.similarities(rows); // (rows, n)
        // Each part is of one view, in which a row's own sample is one to the right of the row's before.
        const temperatures = cutAt(b, rows).map(({ start, end }) =>
          temperatureOf(similarities.narrow(0, start - rows.start, end - start), start % b),
        );
        return similarities.div_(
          temperatures.length === 1 ? temperatures[0]! : cat(temperatures, { dim: 0 }),
        );
      });
    return { logits, similarities: plain.similarities };
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }
}
