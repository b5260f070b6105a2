// Orders concepts for a heat map: groups stay together, and what is similar stands side by side.

type Matrix = readonly (readonly number[])[];

/** Joins two runs of items end to end, turned so that the items that meet are as similar as can be. */
function join(a: readonly number[], b: readonly number[], similarity: Matrix): number[] {
  const meet = (left: number, right: number) => similarity[left]?.[right] ?? 0;
  const [aFirst, aLast, bFirst, bLast] = [a[0]!, a.at(-1)!, b[0]!, b.at(-1)!];
  const choices = [
    { score: meet(aLast, bFirst), turnA: false, turnB: false },
    { score: meet(aLast, bLast), turnA: false, turnB: true },
    { score: meet(aFirst, bFirst), turnA: true, turnB: false },
    { score: meet(aFirst, bLast), turnA: true, turnB: true },
  ];
  const best = choices.reduce((x, y) => (y.score > x.score ? y : x));
  return [...(best.turnA ? a.toReversed() : a), ...(best.turnB ? b.toReversed() : b)];
}

function meanSimilarity(a: readonly number[], b: readonly number[], similarity: Matrix): number {
  let sum = 0;
  for (const i of a) for (const j of b) sum += similarity[i]?.[j] ?? 0;
  return sum / (a.length * b.length);
}

/** Average-linkage clustering of some items; the order of the tree's leaves. O(m³), meant for m ≤ 200. */
function seriate(items: readonly number[], similarity: Matrix): number[] {
  let runs = items.map((item) => [item]);
  let links = runs.map((a) => runs.map((b) => meanSimilarity(a, b, similarity)));
  while (runs.length > 1) {
    let [left, right] = [0, 1];
    for (let i = 0; i < runs.length; i++) {
      for (let j = i + 1; j < runs.length; j++) {
        if (links[i]![j]! > links[left]![right]!) [left, right] = [i, j];
      }
    }
    const [sizeA, sizeB] = [runs[left]!.length, runs[right]!.length];
    const merged = join(runs[left]!, runs[right]!, similarity);
    const rest = runs.map((_, i) => i).filter((i) => i !== left && i !== right);
    const toMerged = rest.map(
      (i) => (sizeA * links[i]![left]! + sizeB * links[i]![right]!) / (sizeA + sizeB),
    );
    links = [...rest.map((i, row) => [...rest.map((j) => links[i]![j]!), toMerged[row]!]), [...toMerged, 1]];
    runs = [...rest.map((i) => runs[i]!), merged];
  }
  return runs[0] ?? [];
}

/**
 * A permutation of 0 … n−1 to draw (n, n) similarities by.
 * Groups come whole, in an order that puts similar groups side by side; inside each, likewise.
 */
export function orderConcepts(similarity: Matrix, groups: readonly string[]): number[] {
  if (similarity.length !== groups.length) {
    throw new Error(
      `orderConcepts: groups must name each of the ${similarity.length} concepts, got ${groups.length} names`,
    );
  }
  const names = [...new Set(groups)];
  const members = names.map((name) => groups.flatMap((group, i) => (group === name ? [i] : [])));
  const between = members.map((a) => members.map((b) => meanSimilarity(a, b, similarity)));
  const groupOrder = seriate(
    names.map((_, i) => i),
    between,
  );
  return groupOrder.flatMap((group) => seriate(members[group]!, similarity));
}

/** The matrix with rows and columns in the given order. */
export function reorder(matrix: Matrix, order: readonly number[]): number[][] {
  return order.map((i) => order.map((j) => matrix[i]?.[j] ?? Number.NaN));
}
