// How similar two labels are by their places in a taxonomy.
import { PairGraph, type PairGraphOptions } from '../pair-graph.js';
import type { SimilarityGraph } from '../similarity-graph.js';
import { commonAncestor, placesOf, type Taxonomy } from './tree.js';

/** How two nodes of a taxonomy are compared: 'lin', 'path' or 'wu-palmer'. */
export type TaxonomySimilarity = 'lin' | 'path' | 'wu-palmer';

/** How the similarity of two nodes of a taxonomy is computed. */
export interface TaxonomyGraphOptions extends PairGraphOptions {
  /**
   * c is the lowest common ancestor of a and b, IC(x) = −ln p(x):
   * lin: 2 IC(c) / (IC(a) + IC(b)) (Lin 1998); wu-palmer: 2 depth(c) / (depth(a) + depth(b)), the root at 1 (Wu and
   * Palmer 1994); path: 1 / (1 + links between a and b) (Rada 1989, as in NLTK). Default: lin.
   */
  similarity?: TaxonomySimilarity;
  /** Where p(x) comes from: 'counts' of the training samples' labels, or 'uniform' over the leaves. Default: uniform. */
  information?: 'counts' | 'uniform';
  /** Samples whose labels are counted. Default: all. */
  training?: Int32Array;
}

/** IC of every node in nats; a label without training samples counts as one, that its IC stays finite. */
function informationContent(
  { parent, depth }: Taxonomy,
  places: Int32Array,
  counted: Int32Array | null,
): Float64Array {
  const mass = new Float64Array(parent.length);
  if (counted === null) {
    const inner = new Set(parent);
    for (let i = 0; i < parent.length; i++) if (!inner.has(i)) mass[i] = 1;
  } else {
    for (const sample of counted) mass[places[sample]!]!++;
    for (const place of places) if (mass[place] === 0) mass[place] = 1;
  }
  const deepestFirst = Array.from(parent.keys()).sort((a, b) => depth[b]! - depth[a]!);
  for (const place of deepestFirst) if (parent[place]! >= 0) mass[parent[place]!]! += mass[place]!;
  const total = mass[deepestFirst.at(-1)!]!;
  return mass.map((one) => (one === 0 ? 0 : Math.log(total / one)));
}

/** Similarity of two samples = that of their labels' nodes; nothing of size classes × classes is held. */
export function taxonomyGraph(
  taxonomy: Taxonomy,
  labels: readonly (string | null)[],
  { similarity = 'lin', information = 'uniform', training, ...options }: TaxonomyGraphOptions = {},
): SimilarityGraph {
  const places = placesOf(taxonomy, labels);
  const counted = information === 'counts' ? (training ?? Int32Array.from(places.keys())) : null;
  const content = informationContent(taxonomy, places, counted);
  const { depth } = taxonomy;
  const ofPlaces = (a: number, b: number): number => {
    const c = commonAncestor(taxonomy, a, b);
    if (similarity === 'path') return 1 / (1 + depth[a]! + depth[b]! - 2 * depth[c]!);
    if (similarity === 'wu-palmer') return (2 * depth[c]!) / (depth[a]! + depth[b]!);
    const both = content[a]! + content[b]!;
    return both === 0 ? 1 : (2 * content[c]!) / both;
  };
  return new PairGraph(
    `taxonomy (${similarity})`,
    places.length,
    (i, j) => (places[i] === places[j] ? 1 : ofPlaces(places[i]!, places[j]!)),
    options,
  );
}
