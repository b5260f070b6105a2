// Fits the map from words to images: ridge regression, its strength chosen on captions that the fit did not see.

import { linalgSolve, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { splitByHash } from '../../data/index.js';
import { completeText } from '../../train/choose-text-encoder.js';
import { createTextEncoder, type TextEncoderConfig } from '../../train/text-encoders.js';
import { maxOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { permutation, purpose, Random } from '../../util/random.js';
import type { EmbeddedItems } from '../embed/index.js';
import { captionFeatures, landmarkCount } from './caption-features.js';
import { dot } from './nearest-rows.js';
import { TextMap } from './text-map.js';

/** λ, as multiples of the captions' mean variance. */
const strengths = [1e-4, 1e-3, 1e-2, 0.1, 1, 10] as const;

/** Fewer captions than this cannot say what a map is worth. */
const fewest = 20;
/** More do not make it better: the map has some hundred thousand numbers. */
const most = 50_000;
const mostHeldOut = 1000;

interface Pairs {
  /** (n, t) and (n, d) row-major. */
  readonly features: Float32Array;
  readonly vectors: Float32Array;
  readonly n: number;
  readonly t: number;
  readonly d: number;
}

/**
 * @param rows items with captions, and their unit rows in the index's space
 * @throws {UserError} where too few items have captions
 */
export async function fitTextMap(
  { items, vectors }: EmbeddedItems,
  asked: TextEncoderConfig,
  dimensions: number,
): Promise<TextMap> {
  const { graph: settings } = await completeText(asked, items); // which model the default is belongs to the map
  const encoder = await createTextEncoder(settings);
  const all = items.flatMap(({ captions }, row) =>
    captions.map((caption) => ({ caption, row, whole: caption })),
  );
  const distinct = new Set(all.map(({ caption }) => caption)).size;
  if (distinct < fewest) {
    throw new UserError(
      `text map: expected items with at least ${fewest} different captions, got ${distinct}`,
      'Give the images captions, or build the index without --text-encoder.',
    );
  }
  const every = Math.max(1, Math.ceil(all.length / most));
  const chosen = all.filter((_, i) => i % every === 0);
  const pairs = chosen.flatMap((pair, i) => [
    { ...pair, shortened: false },
    { ...pair, caption: someWords(pair.caption, i), shortened: true },
  ]);
  // What is told counts captions: their shortened copies are ours.
  const captionsIn = (some: readonly { readonly shortened: boolean }[]) =>
    some.filter(({ shortened }) => !shortened).length;
  const isHeldOut = ({ whole }: { whole: string }) =>
    splitByHash(whole, { train: 0.8, validation: 0.2, test: 0 }) === 'validation';
  const held = pairs.filter(isHeldOut).slice(0, mostHeldOut);
  const fitted = pairs.filter((pair) => !isHeldOut(pair));
  const landmarks =
    encoder.independent === true
      ? null
      : spread([...new Set(fitted.map(({ caption }) => caption))], landmarkCount);

  const features = await captionFeatures(
    encoder,
    pairs.map(({ caption }) => caption),
    landmarks,
  );
  const rowOf = new Map(pairs.map((pair, i) => [pair, i]));
  const choose = (chosen: typeof pairs): Pairs => {
    const [t, d] = [features.dimensions, dimensions];
    const x = new Float32Array(chosen.length * t);
    const y = new Float32Array(chosen.length * d);
    chosen.forEach((pair, i) => {
      const at = rowOf.get(pair)!;
      x.set(features.features.subarray(at * t, (at + 1) * t), i * t);
      y.set(vectors.subarray(pair.row * d, (pair.row + 1) * d), i * d);
    });
    return { features: x, vectors: y, n: chosen.length, t, d };
  };
  const factsOf = (strength: number, fittedTo: number, heldOut: TextMap['facts']['heldOut']) => ({
    settings,
    identity: encoder.identity,
    landmarks,
    strength,
    heldOut,
    fittedTo,
  });
  const validation = choose(held);
  const nothing = { captions: captionsIn(held), meanReciprocalRank: 0, byChance: chance(held.length) };
  const scores = ridge(choose(fitted), strengths).map((weights, i) =>
    meanReciprocalRank(
      new TextMap(factsOf(strengths[i]!, captionsIn(fitted), nothing), weights, dimensions),
      validation,
    ),
  );
  const best = scores.indexOf(maxOf(scores));
  const strength = strengths[best]!;
  const [weights] = ridge(choose(pairs), [strength]);
  const heldOut = { ...nothing, meanReciprocalRank: scores[best]! };
  return new TextMap(factsOf(strength, captionsIn(pairs), heldOut), weights!, dimensions);
}

/**
 * A caption with some of its words left out. People search with fewer words than captions have: a map that is fitted
 * to whole captions alone answers "blue jeans" badly where every caption names a brand too.
 */
function someWords(caption: string, key: number): string {
  const words = caption.split(/\s+/);
  const random = new Random(key, purpose.caption);
  const order = permutation(words.length, key, purpose.caption, 1);
  const kept = new Set(order.subarray(0, 1 + random.below(Math.max(1, words.length - 1))));
  return words.filter((_, i) => kept.has(i)).join(' ');
}

/** Some of a list, evenly spaced. */
function spread<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, list.length / count);
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor(i * step)]!);
}

/**
 * W = (XᵀX/n + λ·v·I)⁻¹ XᵀY/n over centered X and Y, v being the mean variance of X; in float64.
 * @returns for each λ (t + 1, d) float32, the last row being ȳ − x̄W
 */
function ridge({ features, vectors, n, t, d }: Pairs, lambdas: readonly number[]): Float32Array[] {
  return noGrad(() =>
    scoped(() => {
      const x = tensor(features, { shape: [n, t] }).to({ dtype: 'float64' }); // (n, t)
      const y = tensor(vectors, { shape: [n, d] }).to({ dtype: 'float64' }); // (n, d)
      const [xMean, yMean] = [x.mean(0), y.mean(0)]; // (t), (d)
      x.sub_(xMean);
      y.sub_(yMean);
      const covariance = x.t().matmul(x).div_(n); // (t, t)
      const cross = x.t().matmul(y).div_(n); // (t, d)
      const variance = covariance.diagonal().mean().item();
      return lambdas.map((lambda) => solved(covariance, cross, { xMean, yMean, added: lambda * variance }));
    }),
  );
}

function solved(
  covariance: Tensor,
  cross: Tensor,
  { xMean, yMean, added }: { xMean: Tensor; yMean: Tensor; added: number },
): Float32Array {
  return scoped(() => {
    const system = covariance.clone(); // (t, t)
    system.diagonal().add_(added);
    const weights = linalgSolve(system, cross); // (t, d)
    const bias = yMean.sub(xMean.unsqueeze(0).matmul(weights).squeeze(0)); // (d)
    return Float32Array.from([...weights.toNumbers(), ...bias.toNumbers()]);
  });
}

/** Each caption's prediction against all held-out images: 1 / rank of its own, on average. */
function meanReciprocalRank(map: TextMap, { features, vectors, n, t, d }: Pairs): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const predicted = map.predict(features.subarray(i * t, (i + 1) * t));
    const own = dot(vectors, i * d, predicted, 0, d);
    let rank = 1;
    for (let j = 0; j < n; j++) if (j !== i && dot(vectors, j * d, predicted, 0, d) > own) rank++;
    sum += 1 / rank;
  }
  return n === 0 ? 0 : sum / n;
}

/** Mean reciprocal rank of a guess: the n-th harmonic number over n. */
function chance(n: number): number {
  let harmonic = 0;
  for (let rank = 1; rank <= n; rank++) harmonic += 1 / rank;
  return n === 0 ? 0 : harmonic / n;
}
