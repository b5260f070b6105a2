// The images behind a comparison's number: which method answers which image right, over its seeds, and how bad its mistakes are.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAnswers, loadUnits, type StoredMeasures } from '../compare/cell-units.js';
import { UserError } from '../util/errors.js';
import { type Loose, numberIn, objectIn, parseObject, textIn } from './run-files.js';

/** What is read of a cell. */
type KeptCell = StoredMeasures & { readonly key: string };
/** One method's cells of one fraction of the training part, a seed each. */
type Cells = readonly KeptCell[];

/** What a method did with one image. */
interface Outcome {
  /** Seeds that measured it, and those that were right. */
  seeds: number;
  right: number;
  /** Of the seeds that were wrong: what each answered, and what each mistake cost. */
  readonly said: string[];
  readonly costs: number[];
}

/** What the mistakes of a measure cost, as other measures of the same classifier say it. */
interface CostMeasure {
  readonly metric: string;
  /** From a unit of `metric` to a cost: more is worse. */
  readonly cost: (value: number) => number;
  readonly meaning: string;
}

const cellPath = (folder: string, key: string) => join(folder, 'cells', `${key}.json`);

/** What a cell's file holds; null where it is not there. */
export async function cellText(folder: string, key: string): Promise<string | null> {
  if (!/^[\w.-]+$/.test(key)) return null; // a comparison's file says it: it must not lead out of the folder
  return await readFile(cellPath(folder, key), 'utf8').catch(() => null);
}

/** Cells of a comparison's folder, those of one fraction. @throws {UserError} for a file that is damaged */
export async function cellsOf(
  folder: string,
  method: string,
  fraction: number,
  keys: readonly string[],
): Promise<Cells> {
  const cells: KeptCell[] = [];
  for (const key of keys) {
    const text = await cellText(folder, key);
    if (text === null) continue;
    let cell: Loose;
    try {
      cell = parseObject(text);
    } catch (error) {
      throw new UserError(`studio: ${cellPath(folder, key)} is damaged: ${(error as Error).message}`);
    }
    if (textIn(cell.method) !== method || (numberIn(cell.fraction) ?? 1) !== fraction) continue;
    cells.push(cellIn(key, cell));
  }
  return cells;
}

/** What is needed of a cell's file, empty where it is of another kind. */
export function cellIn(key: string, { keys, units, answers }: Loose): KeptCell {
  return {
    key,
    keys: Array.isArray(keys) ? keys : [],
    units: objectIn(units) as KeptCell['units'],
    answers: objectIn(answers) as NonNullable<KeptCell['answers']>,
  };
}

/** Measures that give each image 0 or 1, in the order of the cell. */
export function measuresByImage({ units }: KeptCell): string[] {
  return Object.entries(units).flatMap(([metric, stored]) =>
    stored.bits === true && stored.denominators === undefined ? [metric] : [],
  );
}

/** The measure of what this measure's mistakes cost, where the cells have one that is of the very same mistakes. */
function costMeasure(cells: Cells, metric: string): CostMeasure | null {
  const after = metric.replace(/^[^_]+/, '');
  const candidates: readonly CostMeasure[] = [
    {
      metric: `severity${after}`,
      cost: (value) => value,
      meaning: 'steps up the tree of classes to what the answer and the true class have in common',
    },
    {
      metric: `mistakes${after}`,
      cost: (value) => 1 - value,
      meaning: 'one less the similarity of the answered class to the true one',
    },
  ];
  return (
    candidates.find((candidate) =>
      cells.every((cell) => {
        if (cell.units[candidate.metric] === undefined) return false;
        const [own, theirs] = [loadUnits(cell, metric), loadUnits(cell, candidate.metric)];
        return (
          own.keys.length === theirs.keys.length &&
          own.keys.every(
            (key, i) => key === theirs.keys[i] && own.numerators[i] === 1 - theirs.denominators[i]!,
          )
        );
      }),
    ) ?? null
  );
}

function outcomesOf(cells: Cells, metric: string, cost: CostMeasure | null): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  for (const cell of cells) {
    const { keys, numerators } = loadUnits(cell, metric);
    const answers = loadAnswers(cell, metric);
    const costs = cost === null ? null : loadUnits(cell, cost.metric).numerators;
    keys.forEach((sample, i) => {
      const outcome = outcomes.get(sample) ?? { seeds: 0, right: 0, said: [], costs: [] };
      outcomes.set(sample, outcome);
      outcome.seeds++;
      if (numerators[i] === 1) {
        outcome.right++;
        return;
      }
      const said = answers?.get(sample);
      if (said !== undefined) outcome.said.push(said);
      if (costs !== null) outcome.costs.push(cost!.cost(costs[i]!));
    });
  }
  return outcomes;
}

/** An image with what two methods did with it; `sample` is its place in the data. */
export interface SampleCase {
  readonly sample: number;
  readonly left: number;
  readonly right: number;
  readonly leftSaid: string | null;
  readonly rightSaid: string | null;
  readonly leftCost: number | null;
  readonly rightCost: number | null;
}

export interface SampleCases {
  readonly images: number;
  readonly cost: string | null;
  readonly counts: { readonly leftOnly: number; readonly rightOnly: number; readonly worst: number };
  readonly leftOnly: readonly SampleCase[];
  readonly rightOnly: readonly SampleCase[];
  readonly worst: readonly SampleCase[];
}

/** Images of each list that are shown. */
const most = 120;

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

/** The most frequent; of equally frequent ones the first. */
function frequent(said: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const one of said) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** Compares two methods image by image. @throws {UserError} where a method has no such measure */
export function comparedCases(left: Cells, right: Cells, metric: string): SampleCases {
  for (const [side, cells] of [
    ['left', left],
    ['right', right],
  ] as const) {
    if (cells.length === 0)
      throw new UserError(
        `studio: the comparison keeps no cells of the method on the ${side}`,
        'Its folder needs cells/, as xclr compare writes it.',
      );
    if (cells.some((cell) => !measuresByImage(cell).includes(metric)))
      throw new UserError(`studio: ${metric} does not say of each image whether it was answered right`);
  }
  const cost = costMeasure([...left, ...right], metric);
  const [ours, theirs] = [outcomesOf(left, metric, cost), outcomesOf(right, metric, cost)];
  const all: SampleCase[] = [];
  for (const [sample, own] of ours) {
    const other = theirs.get(sample);
    if (other === undefined) continue;
    all.push({
      sample,
      left: own.right / own.seeds,
      right: other.right / other.seeds,
      leftSaid: frequent(own.said),
      rightSaid: frequent(other.said),
      leftCost: meanOf(own.costs),
      rightCost: meanOf(other.costs),
    });
  }
  const leftOnly = all
    .filter((one) => one.left > one.right)
    .sort((a, b) => b.left - b.right - (a.left - a.right) || (b.rightCost ?? 0) - (a.rightCost ?? 0));
  const rightOnly = all
    .filter((one) => one.right > one.left)
    .sort((a, b) => b.right - b.left - (a.right - a.left) || (b.leftCost ?? 0) - (a.leftCost ?? 0));
  const worst = all
    .filter((one) => one.left < 1)
    .sort((a, b) => (b.leftCost ?? 0) * (1 - b.left) - (a.leftCost ?? 0) * (1 - a.left) || a.left - b.left);
  return {
    images: all.length,
    cost: cost?.meaning ?? null,
    counts: { leftOnly: leftOnly.length, rightOnly: rightOnly.length, worst: worst.length },
    leftOnly: leftOnly.slice(0, most),
    rightOnly: rightOnly.slice(0, most),
    worst: worst.slice(0, most),
  };
}

/** Names of a comparison's cells, as its file lists them. */
export function cellKeys({ cells }: Loose): string[] {
  return Array.isArray(cells) ? cells.flatMap((one) => textIn(objectIn(one).key) ?? []) : [];
}
