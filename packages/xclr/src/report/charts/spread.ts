// Names beside a chart that would cover each other, moved apart along one axis.
import { maxOf, minOf } from '../../util/arrays.js';

/**
 * Places at least `gap` apart within [low, high], in the order of what was asked for and as near to it as that allows; where not all fit,
 * they stand at equal distances.
 * @returns places in the order of `wanted`
 * @internal
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  [low, high]: readonly [number, number],
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const step = Math.min(gap, (high - low) / Math.max(1, wanted.length - 1));
  const places = order.map((i) => Math.min(high, Math.max(low, wanted[i]!)));
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i]!, places[i - 1]! + step);
  const over = places.length > 0 ? places.at(-1)! - high : 0;
  if (over > 0) places[places.length - 1] = high;
  for (let i = places.length - 2; i >= 0; i--) places[i] = Math.min(places[i]!, places[i + 1]! - step);
  const result = new Array<number>(wanted.length);
  order.forEach((i, rank) => {
    result[i] = places[rank]!;
  });
  return result;
}

/** The range of some values, a little wider on both sides. */
export function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [minOf(values), maxOf(values)];
  const margin = low < high ? 0.05 * (high - low) : 0.01;
  return [low - margin, high + margin];
}

/** Places of names beside a chart, `nameHeight` apart, on its y axis. @param pixels of the axis and of a name */
export function namePlaces(
  values: readonly number[],
  domain: readonly [number, number],
  { axis, nameHeight }: { readonly axis: number; readonly nameHeight: number },
): number[] {
  return spread(values, (nameHeight * (domain[1] - domain[0])) / axis, domain);
}
