// Where on a map a group gathers: where its name is placed.

export interface Grouped {
  readonly x: number;
  readonly y: number;
  readonly group: string;
}

export interface Gathering {
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly members: number;
}

const RADIUS = 0.13;

function gathering(group: string, points: readonly Grouped[]): Gathering | undefined {
  const members = points.filter((p) => p.group === group);
  const near = (center: Grouped, among: readonly Grouped[]) =>
    among.filter((p) => Math.hypot(p.x - center.x, p.y - center.y) < RADIUS);
  const crowds = members.map((center) => ({ center, crowd: near(center, members) }));
  const best = crowds.reduce((a, b) => (b.crowd.length > a.crowd.length ? b : a));
  const everyone = near(best.center, points).length;
  const isMajority = best.crowd.length >= 3 && best.crowd.length > everyone / 2;
  if (!isMajority || best.crowd.length < members.length / 4) return undefined;
  const mean = (pick: (p: Grouped) => number) =>
    best.crowd.reduce((sum, p) => sum + pick(p), 0) / best.crowd.length;
  return { group, x: mean((p) => p.x), y: mean((p) => p.y), members: best.crowd.length };
}

/**
 * One place for each group that has one: where at least a quarter of it stands together and outnumbers all
 * others. A group that is scattered has none. Larger gatherings come first; names that would collide with
 * those of larger ones are left out.
 */
export function gatherings(points: readonly Grouped[]): Gathering[] {
  const found = [...new Set(points.map((p) => p.group))]
    .flatMap((group) => gathering(group, points) ?? [])
    .sort((a, b) => b.members - a.members || a.group.localeCompare(b.group));
  const kept: Gathering[] = [];
  for (const next of found) {
    const collides = kept.some((k) => Math.abs(k.x - next.x) < 0.16 && Math.abs(k.y - next.y) < 0.04);
    if (!collides) kept.push(next);
  }
  return kept;
}
