// What the explorable computes: targets, predictions and losses of a small batch whose embeddings lie on a circle.

export const methods = ['xclr', 'supcon', 'simclr', 'clip'] as const;
export type Method = (typeof methods)[number];

/** A batch of n images with two views each; views i and n + i are of image i. */
export interface Batch {
  /** Caption similarities (n, n), from −1 to 1. */
  readonly similarities: readonly (readonly number[])[];
  /** Labels (n), for SupCon. */
  readonly labels: readonly string[];
}

export interface Temperatures {
  /** τ: divides the cosines of embeddings. */
  readonly loss: number;
  /** τ_s: divides the caption similarities. */
  readonly target: number;
}

/** Where the batch lies: angles in radians, of images and, for CLIP, of captions. */
export interface Places {
  readonly images: readonly number[];
  readonly captions: readonly number[];
}

type Matrix = number[][];

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** What the graph of a method says of two images: similarity over τ_s, or 0 and −∞. */
function logit(method: Method, batch: Batch, tauS: number, i: number, j: number): number {
  if (method === 'xclr') return batch.similarities[i]![j]! / tauS;
  const same = method === 'supcon' ? batch.labels[i] === batch.labels[j] : i === j;
  return same ? 0 : Number.NEGATIVE_INFINITY;
}

/** The target of each view over the other views (2n, 2n), rows of sum 1; for CLIP of each image over the captions (n, n). */
export function targets(method: Method, batch: Batch, tauS: number): Matrix {
  const n = batch.labels.length;
  if (method === 'clip') return range(n).map((i) => range(n).map((j) => (i === j ? 1 : 0)));
  const rows = range(2 * n).map((a) =>
    range(2 * n).map((b) => (a === b ? Number.NEGATIVE_INFINITY : logit(method, batch, tauS, a % n, b % n))),
  );
  return rows.map(softmax);
}

/** What the embeddings say: softmax of their cosines over τ, of views or, for CLIP, of images over captions. */
export function predictions(method: Method, { images, captions }: Places, tau: number): Matrix {
  const n = images.length;
  if (method === 'clip')
    return images.map((angle) => softmax(captions.map((other) => Math.cos(angle - other) / tau)));
  return range(2 * n).map((a) =>
    softmax(
      range(2 * n).map((b) =>
        a === b ? Number.NEGATIVE_INFINITY : Math.cos(images[a % n]! - images[b % n]!) / tau,
      ),
    ),
  );
}

/** The loss in nats: mean cross-entropy of predictions under targets; CLIP's is the mean of both directions. */
export function loss(
  method: Method,
  batch: Batch,
  places: Places,
  { loss: tau, target }: Temperatures,
): number {
  const goal = targets(method, batch, target);
  const forward = crossEntropy(goal, predictions(method, places, tau));
  if (method !== 'clip') return forward;
  const turned = { images: places.captions, captions: places.images };
  return (forward + crossEntropy(goal, predictions('clip', turned, tau))) / 2;
}

/** The lowest value that the loss can take: the mean entropy of the targets, in nats. */
export function floor(method: Method, batch: Batch, tauS: number): number {
  const goal = targets(method, batch, tauS);
  return crossEntropy(goal, goal);
}

/** Sums of a matrix over the views of each image, for its first view: (n, n), rows of sum 1. */
export function byImage(matrix: Matrix, n: number): Matrix {
  if (matrix.length === n) return matrix;
  return matrix.slice(0, n).map((row) => range(n).map((j) => row[j]! + row[n + j]!));
}

/** e to the power of a distribution's entropy: how many equal positives it is worth. */
export function effectivePositives(row: readonly number[]): number {
  return Math.exp(-row.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0));
}

/** One step of gradient descent on the angles, by differences of the loss. @param rate radians per unit of gradient */
export function step(
  method: Method,
  batch: Batch,
  places: Places,
  temperatures: Temperatures,
  rate: number,
): Places {
  const small = 1e-4;
  const moved = (kind: keyof Places) =>
    places[kind].map((angle, i) => {
      if (kind === 'captions' && method !== 'clip') return angle;
      const at = (by: number) => ({
        ...places,
        [kind]: places[kind].map((one, k) => (k === i ? one + by : one)),
      });
      const rise =
        loss(method, batch, at(small), temperatures) - loss(method, batch, at(-small), temperatures);
      const turn = (-rate * rise) / (2 * small);
      return angle + Math.max(-0.15, Math.min(0.15, turn));
    });
  return { images: moved('images'), captions: moved('captions') };
}

function softmax(row: readonly number[]): number[] {
  const most = Math.max(...row);
  const weights = row.map((value) => Math.exp(value - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Mean of −Σ t log p over the rows; what has no weight costs nothing. */
function crossEntropy(goal: Matrix, found: Matrix): number {
  const total = goal.reduce(
    (sum, row, i) => sum - row.reduce((part, t, j) => part + (t > 0 ? t * Math.log(found[i]![j]!) : 0), 0),
    0,
  );
  return total / goal.length;
}
