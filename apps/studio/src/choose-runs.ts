// Which runs the table shows, in which order and groups.
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import type { Column } from './columns.js';

/**
 * Words that all must be found in a run's texts; 'state:running' looks in one column only, and 'best<4.2' compares.
 * Upper and lower case do not matter.
 */
export function filtered(
  runs: readonly RunSummary[],
  filter: string,
  columns: readonly Column[],
): readonly RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return runs;
  const texts = columns.filter(({ number }) => number !== true);
  const passes = (run: RunSummary, word: string): boolean => {
    const compared = /^([\w.@-]+)(<=|>=|<|>|:|=)(.+)$/.exec(word);
    const column = columns.find(({ key }) => key.toLowerCase() === compared?.[1]);
    if (compared !== null && column !== undefined) {
      const [, , sign, text = ''] = compared;
      const value = column.value(run);
      const [left, right] = [Number(value), Number(text)];
      if (sign === ':' || sign === '=')
        return String(value ?? '')
          .toLowerCase()
          .includes(text);
      if (value === null || !Number.isFinite(left) || !Number.isFinite(right)) return false;
      return sign === '<'
        ? left < right
        : sign === '>'
          ? left > right
          : sign === '<='
            ? left <= right
            : left >= right;
    }
    return [run.name, ...texts.map((one) => String(one.value(run) ?? ''))].some((text) =>
      text.toLowerCase().includes(word),
    );
  };
  return runs.filter((run) => words.every((word) => passes(run, word)));
}

/** @param by a column's key, with '-' in front for the other direction; empty values come last */
export function sorted(
  runs: readonly RunSummary[],
  by: string,
  columns: readonly Column[],
): readonly RunSummary[] {
  const down = by.startsWith('-');
  const key = by.replace(/^-/, '');
  const value =
    key === 'name' ? (run: RunSummary) => run.name : columns.find((column) => column.key === key)?.value;
  if (value === undefined) return runs;
  const compared = (a: string | number, b: string | number) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en', { numeric: true });
  return [...runs].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    const [noLeft, noRight] = [left === null || left === '', right === null || right === ''];
    if (noLeft || noRight) return Number(noLeft) - Number(noRight);
    return down ? compared(right!, left!) : compared(left!, right!);
  });
}

export interface Group {
  readonly name: string;
  readonly runs: readonly RunSummary[];
}

/** One group without a name where nothing is grouped by. */
export function grouped(runs: readonly RunSummary[], column: Column | undefined): readonly Group[] {
  if (column === undefined) return [{ name: '', runs }];
  const groups = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const name = String(column.value(run) ?? '') || '(none)';
    const list = groups.get(name) ?? [];
    list.push(run);
    groups.set(name, list);
  }
  return [...groups].map(([name, list]) => ({ name, runs: list }));
}
