// A view onto the plane of a map: what of it is seen, and how screen and plane go into each other.

export interface View {
  /** Middle of what is seen, in the plane. */
  readonly x: number;
  readonly y: number;
  /** Pixels of the screen for one unit of the plane. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Everything in sight, with a margin. */
function wholeView(points: ArrayLike<number>, { width, height }: Size): View {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    bottom = Math.min(bottom, points[i + 1]!);
    top = Math.max(top, points[i + 1]!);
  }
  if (!(right >= left)) return { x: 0, y: 0, scale: 1 };
  const scale = 0.9 * Math.min(width / Math.max(1e-6, right - left), height / Math.max(1e-6, top - bottom));
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

/** The whole view, worked out anew only where points or size have changed: of 100,000 points it takes a millisecond. */
export function rememberedWholeView(): (points: ArrayLike<number>, size: Size) => View {
  let known: { points: ArrayLike<number>; width: number; height: number; view: View } | null = null;
  return (points, size) => {
    if (
      known === null ||
      known.points !== points ||
      known.width !== size.width ||
      known.height !== size.height
    )
      known = { points, ...size, view: wholeView(points, size) };
    return known.view;
  };
}

/** The first `most` points that lie on the screen. */
export function pointsInSight(
  { x, y, scale }: View,
  { width, height }: Size,
  points: ArrayLike<number>,
  most: number,
): number[] {
  const [reachX, reachY] = [width / 2 / scale, height / 2 / scale];
  const found: number[] = [];
  for (let i = 0; i < points.length / 2 && found.length < most; i++)
    if (Math.abs(points[2 * i]! - x) < reachX && Math.abs(points[2 * i + 1]! - y) < reachY) found.push(i);
  return found;
}

export function toScreen(view: View, { width, height }: Size, x: number, y: number): [number, number] {
  return [width / 2 + (x - view.x) * view.scale, height / 2 - (y - view.y) * view.scale];
}

export function toPlane(view: View, { width, height }: Size, x: number, y: number): [number, number] {
  return [view.x + (x - width / 2) / view.scale, view.y - (y - height / 2) / view.scale];
}

/** Larger by a factor, with the plane under (x, y) of the screen staying there. */
export function zoomed(view: View, size: Size, factor: number, x: number, y: number): View {
  const [px, py] = toPlane(view, size, x, y);
  const scale = Math.min(1e7, Math.max(1e-7, view.scale * factor));
  return { scale, x: px - (x - size.width / 2) / scale, y: py + (y - size.height / 2) / scale };
}

/** Whether a point lies in a polygon: a ray from it crosses the outline an odd number of times. */
export function inside(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let within = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i]!;
    const [xj, yj] = polygon[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

/** Places between two layouts, `part` of the way. */
export function between(from: readonly number[], to: readonly number[], part: number): Float32Array {
  return Float32Array.from(to, (value, i) => (1 - part) * (from[i] ?? value) + part * value);
}
