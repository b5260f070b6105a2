// How high the nodes of a taxonomy stand above its leaves, and class labels that are smoothed by it.
import { commonAncestor, type Taxonomy } from './tree.js';

/** (nodes) links from a node down to the deepest leaf below it; 0 for a leaf. */
export function nodeHeights({ parent, depth }: Taxonomy): Int32Array {
  const heights = new Int32Array(parent.length);
  const deepestFirst = Array.from(parent.keys()).sort((a, b) => depth[b]! - depth[a]!);
  for (const node of deepestFirst) {
    const above = parent[node]!;
    if (above >= 0) heights[above] = Math.max(heights[above]!, heights[node]! + 1);
  }
  return heights;
}

/**
 * Soft labels of a tree (Bertinetto et al. 2020, arXiv 1912.09393, section 3.2): the target of class a gives class b the weight
 * exp(−β d(a, b)) / Σ, d being the height of the lowest common ancestor over that of the root.
 * @param nodes (c) node of each class @param sharpness β; the larger, the closer to one-hot
 * @returns (c, c) rows of sum 1
 */
export function treeSmoothedLabels(taxonomy: Taxonomy, nodes: Int32Array, sharpness: number): Float64Array {
  const heights = nodeHeights(taxonomy);
  const whole = heights[taxonomy.parent.indexOf(-1)]!;
  const c = nodes.length;
  const targets = new Float64Array(c * c);
  for (let a = 0; a < c; a++) {
    const row = targets.subarray(a * c, (a + 1) * c);
    nodes.forEach((node, b) => {
      const height = a === b ? 0 : heights[commonAncestor(taxonomy, nodes[a]!, node)]!;
      row[b] = Math.exp((-sharpness * height) / whole);
    });
    const sum = row.reduce((total, one) => total + one, 0);
    for (let b = 0; b < c; b++) row[b]! /= sum;
  }
  return targets;
}
