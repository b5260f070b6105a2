// Colors of points by a column: the most frequent values in the groups' colors, the rest in gray.
import { GROUP_COLORS } from '../../../packages/xclr/src/report/palette.js';
import type { SampledItem } from '../../../packages/xclr/src/studio/wire.js';
import { resolved } from './colors.js';

export interface Category {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  readonly count: number;
}

export function columnsIn(items: readonly SampledItem[]): string[] {
  const names = new Set(items.flatMap(({ columns }) => Object.keys(columns)));
  return [...(items.some(({ label }) => label !== null) ? ['label'] : []), ...names];
}

const columnValue = (item: SampledItem, column: string): string =>
  (column === 'label' ? item.label : item.columns[column]) ?? '(none)';

/** The categories of a column, and each item's. */
export function categoriesOf(
  items: readonly SampledItem[],
  column: string,
): { categories: readonly Category[]; of: readonly number[] } {
  const counts = new Map<string, number>();
  const values = items.map((item) => columnValue(item, column));
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = names.length <= GROUP_COLORS ? names : names.slice(0, GROUP_COLORS - 1);
  const rest = names.slice(shown.length);
  const categories = shown.map((name, i) => ({
    name,
    color: resolved(`var(--group-${i})`),
    count: counts.get(name)!,
  }));
  if (rest.length > 0) {
    const count = rest.reduce((sum, name) => sum + counts.get(name)!, 0);
    categories.push({ name: `${rest.length} others`, color: resolved('var(--quiet)'), count });
  }
  const places = new Map(shown.map((name, i) => [name, i]));
  return { categories, of: values.map((value) => places.get(value) ?? shown.length) };
}

/** '#4c78a8' → 76, 120, 168. */
export function bytesOf(color: string): [number, number, number] {
  const text = color.replace('#', '');
  return [0, 2, 4].map((at) => Number.parseInt(text.slice(at, at + 2), 16) || 0) as [number, number, number];
}
