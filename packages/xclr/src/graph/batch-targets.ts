// What training would log of a batch's targets: how many positives an anchor effectively has, and how similar images are.
import { scoped } from '@xclr/torch';
import { permutation } from '../util/random.js';
import type { SimilarityGraph } from './similarity-graph.js';
import { targetStatistics } from './target-statistics.js';

export interface BatchTargets {
  /** Samples in the batch; each gives two views. */
  readonly batch: number;
  /** Fraction of an anchor's target on the other view of its own sample. */
  readonly positiveMass: number;
  /** In nats. */
  readonly targetEntropy: number;
  /** exp(entropy): as many views as would share the target if they shared it evenly. 1 is SimCLR. */
  readonly effectivePositives: number;
}

/** What training would log for a batch of these samples at the graph's present τ_s: measured, not estimated. */
export function batchTargets(
  graph: SimilarityGraph,
  samples: Int32Array,
  { batch, seed }: { readonly batch: number; readonly seed: number },
): BatchTargets {
  const chosen = permutation(samples.length, seed, 0xba7c4)
    .slice(0, batch)
    .map((place) => samples[place]!);
  const views = new Int32Array(2 * chosen.length);
  views.set(chosen);
  views.set(chosen, chosen.length);
  return scoped(() => {
    const { targetEntropy, positiveMass } = targetStatistics(graph.logits(views));
    const effectivePositives = Math.exp(targetEntropy);
    return { batch: chosen.length, positiveMass, targetEntropy, effectivePositives };
  });
}

/** Samples compared pair by pair for the mean. */
const compared = 512;

/** Mean similarity of two different samples, before τ_s; over pairs of some of them. Pairs that are never similar do not count. */
export function meanSimilarity(graph: SimilarityGraph, samples: Int32Array, seed: number): number {
  const chosen = permutation(samples.length, seed, 0x9a125)
    .slice(0, compared)
    .map((place) => samples[place]!);
  const n = chosen.length;
  const values = scoped(() => graph.similarities(chosen).toNumbers()); // (n, n)
  const others = values.filter((value, i) => i % (n + 1) !== 0 && Number.isFinite(value));
  return others.reduce((sum, value) => sum + value, 0) / others.length;
}
