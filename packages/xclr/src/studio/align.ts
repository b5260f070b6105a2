// Successive layouts of the same points, turned and mirrored so that they lie as near to each other as they can.

/** Centers (x, y) pairs. */
function centered(points: Float32Array): Float32Array {
  const n = points.length / 2;
  let [x, y] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += points[2 * i]! / n;
    y += points[2 * i + 1]! / n;
  }
  return points.map((value, i) => value - (i % 2 === 0 ? x : y));
}

/**
 * `points` rotated, or mirrored and rotated, to where the squares of the distances to `onto` add up to the least
 * (orthogonal Procrustes, Schönemann 1966, in closed form for the plane); centered, and not scaled.
 * @param points x and y of each point in turn
 */
export function aligned(points: Float32Array, onto: Float32Array): Float32Array {
  const [p, q] = [centered(points), centered(onto)];
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < p.length; i += 2) {
    xx += p[i]! * q[i]!;
    xy += p[i]! * q[i + 1]!;
    yx += p[i + 1]! * q[i]!;
    yy += p[i + 1]! * q[i + 1]!;
  }
  // The best rotation by θ gives √((xx + yy)² + (xy − yx)²); with y mirrored first, the other.
  const [turned, mirrored] = [Math.hypot(xx + yy, xy - yx), Math.hypot(xx - yy, xy + yx)];
  const sign = mirrored > turned ? -1 : 1;
  const angle = Math.atan2(xy - sign * yx, xx + sign * yy);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const out = new Float32Array(p.length);
  for (let i = 0; i < p.length; i += 2) {
    const [x, y] = [p[i]!, sign * p[i + 1]!];
    out[i] = cos * x - sin * y;
    out[i + 1] = sin * x + cos * y;
  }
  return out;
}
