// The definitions of a comparison's metrics over all of its cells: where cells differ, the text says so.
import type { MetricResult } from '../evaluate/index.js';

interface Measured {
  readonly metrics: Readonly<Record<string, MetricResult>>;
}

/** Metric → definition over all cells, with what was chosen for each and where a fit did not converge. */
export function definitionsOver(cells: readonly Measured[]): Record<string, string> {
  const names = new Set(cells.flatMap(({ metrics }) => Object.keys(metrics)));
  return Object.fromEntries(
    Array.from(names, (name) => {
      const results = cells.flatMap(({ metrics }) => metrics[name] ?? []);
      const definition = mergedDefinition(results.map((one) => one.definition));
      return [name, [definition, ...chosenOver(results), ...unconvergedOver(results)].join(' ')];
    }),
  );
}

/**
 * One text for several: where they differ in numbers alone, each number that differs becomes its range, "1,082 to 4,323"; texts
 * that differ in words stand beside each other.
 * @internal
 */
export function mergedDefinition(texts: readonly string[]): string {
  const bySkeleton = new Map<string, string[]>();
  for (const text of new Set(texts)) {
    const skeleton = text.replaceAll(numberPattern, '#');
    bySkeleton.set(skeleton, [...(bySkeleton.get(skeleton) ?? []), text]);
  }
  const merged = Array.from(bySkeleton.values(), ranged);
  return merged.length <= 1 ? (merged[0] ?? '') : `Not the same for all: ${merged.join(' Or: ')}`;
}

/** Whole numbers with or without commas between thousands, decimals, exponents. */
const numberPattern = /\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
const amount = (text: string) => Number(text.replaceAll(',', ''));

/** Texts of one skeleton. */
function ranged(texts: readonly string[]): string {
  const found = texts.map((text) => text.match(numberPattern) ?? []);
  let place = 0;
  return texts[0]!.replace(numberPattern, () => {
    const here = found.map((list) => list[place]!).toSorted((a, b) => amount(a) - amount(b));
    place++;
    const [least, most] = [here[0]!, here.at(-1)!];
    return least === most ? least : `${least} to ${most}`;
  });
}

function chosenOver(results: readonly MetricResult[]): string[] {
  const names = new Set(results.flatMap(({ chosen }) => Object.keys(chosen ?? {})));
  return Array.from(names, (name) => {
    const values = results.flatMap(({ chosen }) => chosen?.[name] ?? []).toSorted((a, b) => a - b);
    const [least, most] = [values[0]!, values.at(-1)!];
    return least === most
      ? `${name} was ${least} in all cells.`
      : `${name} was ${least} to ${most}, chosen for each cell.`;
  });
}

function unconvergedOver(results: readonly MetricResult[]): string[] {
  const open = results.filter(({ converged }) => converged === false).length;
  return open === 0 ? [] : [`L-BFGS did not converge in ${open} of ${results.length} cells.`];
}
