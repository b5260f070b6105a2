// "Did you mean …?": the known names nearest to one that was not found.

/** Edits (insert, delete, replace, swap of neighbors) that turn `a` into `b`; case is ignored. */
export function editDistance(a: string, b: string): number {
  const from = [...a.toLowerCase()];
  const to = [...b.toLowerCase()];
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}

/** Up to `limit` names near enough to be what was meant, nearest first; a name that contains the other counts as near. */
export function nearestNames(name: string, known: Iterable<string>, { limit = 3 } = {}): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const contained =
      wanted.length > 2 && other.length > 2 && (other.includes(wanted) || wanted.includes(other));
    const distance = contained ? Math.min(1, editDistance(name, candidate)) : editDistance(name, candidate);
    if (distance <= Math.max(2, Math.floor(Math.max(wanted.length, other.length) / 3))) {
      scored.push({ candidate, distance });
    }
  }
  scored.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map((entry) => entry.candidate);
}

/** The nearest known name, or undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  return nearestNames(name, known, { limit: 1 })[0];
}
