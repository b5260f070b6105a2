// The columns of the runs table: what each shows, sorts by and is called.
import type { ComponentChildren } from 'preact';
import { count, decimal, duration } from '../../../packages/xclr/src/report/format.js';
import { metricTitle } from '../../../packages/xclr/src/report/metric-titles.js';
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** What is sorted, grouped and filtered by. */
  readonly value: (run: RunSummary) => string | number | null;
  readonly show?: (run: RunSummary) => ComponentChildren;
  readonly number?: boolean;
}

/** Four digits that matter, with a true minus sign. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace('-', '−').replace('e+', 'e');
  if (Number.isInteger(value)) return count(value);
  return decimal(value, size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 5);
}

const last = (name: string) => (run: RunSummary) => run.last[name] ?? null;

const percent = (value: number | null) => (value === null ? '' : `${decimal(100 * value, 0)} %`);

const fixed: readonly Column[] = [
  { key: 'state', title: 'State', value: (run) => run.state, show: (run) => <StateBadge run={run} /> },
  {
    key: 'progress',
    title: 'Progress',
    number: true,
    value: ({ step, totalSteps }) => (totalSteps === null ? null : step / totalSteps),
    show: (run) => <Progress run={run} />,
  },
  { key: 'method', title: 'Method', value: (run) => run.method },
  { key: 'graph', title: 'Graph', value: (run) => run.graph },
  { key: 'encoder', title: 'Encoder', value: (run) => run.encoder },
  { key: 'data', title: 'Data', value: (run) => run.data },
  { key: 'seed', title: 'Seed', number: true, value: (run) => run.seed },
  { key: 'best', title: 'Best validation loss', number: true, value: (run) => run.bestValidationLoss },
  { key: 'loss', title: 'Loss', number: true, value: last('loss') },
  {
    key: 'speed',
    title: 'Views per second',
    number: true,
    value: last('viewsPerSecond'),
    show: ({ last: row }) => (row.viewsPerSecond === undefined ? '' : count(row.viewsPerSecond)),
  },
  {
    key: 'waiting',
    title: 'Waiting for images',
    number: true,
    value: last('waitingFraction'),
    show: ({ last: row }) => percent(row.waitingFraction ?? null),
  },
  {
    key: 'left',
    title: 'Time left',
    number: true,
    value: (run) => run.secondsLeft,
    show: ({ secondsLeft }) => (secondsLeft === null ? '' : duration(secondsLeft)),
  },
  {
    key: 'created',
    title: 'Started',
    value: (run) => run.createdAt,
    show: ({ createdAt }) => (createdAt === null ? '' : createdAt.slice(0, 16).replace('T', ' ')),
  },
  {
    key: 'tags',
    title: 'Tags',
    value: ({ tags }) => tags.join(', '),
    show: ({ tags }) => tags.map((tag) => <span class="tag">{tag}</span>),
  },
  { key: 'note', title: 'Note', value: ({ note }) => note },
  { key: 'path', title: 'Folder', value: (run) => run.path },
];

/** Shown until others are chosen. */
export const usualColumns = [
  'state',
  'progress',
  'method',
  'encoder',
  'data',
  'best',
  'speed',
  'left',
  'tags',
] as const;

/** All columns: the fixed ones and one for each measure that some run was evaluated by. */
export function columnsOf(runs: readonly RunSummary[]): readonly Column[] {
  const names = [...new Set(runs.flatMap(({ measures }) => Object.keys(measures)))];
  const measures = names.map((name): Column => {
    const { title, unit } = metricTitle(name, names);
    return {
      key: `m.${name}`,
      title,
      number: true,
      value: ({ measures }) => measures[name] ?? null,
      show: ({ measures }) => {
        const value = measures[name];
        if (value === undefined) return '';
        return unit === 'percent' ? `${decimal(100 * value, 1)} %` : decimal(value);
      },
    };
  });
  return [...fixed, ...measures];
}

export function cellOf(column: Column, run: RunSummary): ComponentChildren {
  if (column.show !== undefined) return column.show(run);
  const value = column.value(run);
  return typeof value === 'number' ? shortNumber(value) : (value ?? '');
}

const marks: Readonly<Record<RunSummary['state'], string>> = {
  running: '▶',
  finished: '✓',
  stopped: '■',
  failed: '✗',
  stale: '?',
  unreadable: '!',
  gone: '–',
};

const meanings: Readonly<Record<RunSummary['state'], string>> = {
  running: 'A process trains it.',
  finished: 'It took all its steps.',
  stopped: 'It was stopped and can be resumed.',
  failed: 'It ended with an error.',
  stale: 'Its process ended without a word, as after kill -9; it can be resumed.',
  unreadable: 'Its folder cannot be read as a run.',
  gone: 'Its folder was deleted.',
};

function StateBadge({ run }: { readonly run: RunSummary }) {
  const { state, problem } = run;
  return (
    <span class={`state ${state}`} title={problem === null ? meanings[state] : problem}>
      <span aria-hidden="true">{marks[state]}</span> {state}
    </span>
  );
}

function Progress({ run: { step, totalSteps, reading } }: { readonly run: RunSummary }) {
  const said = totalSteps === null ? count(step) : `${count(step)} / ${count(totalSteps)}`;
  return (
    <span class="progress">
      <span class="numbers">
        {said}
        {reading && ' …'}
      </span>
      {totalSteps !== null && <progress value={step} max={totalSteps} aria-label="Steps done" />}
    </span>
  );
}
