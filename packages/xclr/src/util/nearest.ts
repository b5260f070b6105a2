// "Did you mean …?": the known names nearest to one that was not found.
import { distance } from 'fastest-levenshtein';

/** Edits (insert, delete, replace) that turn `a` into `b`; case is ignored. @internal */
export function editDistance(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

/** Up to `limit` names near enough to be what was meant, nearest first; a name that contains the other counts as near. */
export function nearestNames(name: string, known: Iterable<string>, { limit = 3 } = {}): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; edits: number; score: number }[] = [];
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const contained =
      wanted.length > 2 && other.length > 2 && (other.includes(wanted) || wanted.includes(other));
    const edits = editDistance(name, candidate);
    const score = contained ? Math.min(2, edits) : edits; // as near as two slips, or one swap of neighbors
    if (score <= Math.max(2, Math.floor(Math.max(wanted.length, other.length) / 3))) {
      scored.push({ candidate, edits, score });
    }
  }
  scored.sort((a, b) => a.score - b.score || a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map((entry) => entry.candidate);
}

/** The nearest known name, or undefined when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  return nearestNames(name, known, { limit: 1 })[0];
}
