// One layout of vectors on a plane, begun where the layout before it ended.
import { UMAP } from 'umap-js';
import { principalComponents } from '../report/principal-components.js';
import { Random } from '../util/random.js';
import { aligned } from './align.js';

export interface LayoutTask {
  /** (n, d) unit rows. */
  readonly values: Float32Array;
  readonly columns: number;
  /** (n, 2) of the snapshot before; null for the first. */
  readonly start: Float32Array | null;
}

/** Wider rows are reduced to as many principal components first. */
const direct = 64;
const components = 50;
/** umap-js takes minutes beyond; principal components then show as much as there is time for. */
const mostForUmap = 5000;
const epochs = { first: 250, next: 80 } as const;

/** (n, 2). A layout that has one before it moves from there, and is turned back onto it. */
export function layoutOf({ values, columns, start }: LayoutTask): Float32Array {
  const n = values.length / columns;
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from(values.subarray(i * columns, (i + 1) * columns)),
  );
  const plane = n > 4 && n <= mostForUmap ? byUmap(rows, columns, start) : byComponents(rows);
  return start === null ? plane : aligned(plane, start);
}

function byComponents(rows: readonly Float64Array[]): Float32Array {
  const narrow = principalComponents(rows, 2, { seed: 0 });
  const plane = new Float32Array(2 * rows.length);
  narrow.forEach(([x = 0, y = 0], i) => {
    plane.set([x, y], 2 * i);
  });
  return plane;
}

function byUmap(rows: readonly Float64Array[], columns: number, start: Float32Array | null): Float32Array {
  const narrow =
    columns <= direct ? rows.map((row) => [...row]) : principalComponents(rows, components, { seed: 0 });
  const random = new Random(0);
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(15, rows.length - 1),
    nEpochs: start === null ? epochs.first : epochs.next,
    minDist: 0.3,
    spread: 1.5,
    random: () => random.uniform(),
  });
  const steps = umap.initializeFit(narrow.map((row) => [...row]));
  if (start !== null) {
    umap.getEmbedding().forEach((point, i) => {
      point[0] = start[2 * i]!;
      point[1] = start[2 * i + 1]!;
    });
  }
  for (let step = 0; step < steps; step++) umap.step();
  const plane = new Float32Array(2 * rows.length);
  umap.getEmbedding().forEach(([x = 0, y = 0], i) => {
    plane.set([x, y], 2 * i);
  });
  return plane;
}
