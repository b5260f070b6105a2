// Where a comparison stands, as a table for a terminal, and how long the rest may take.
import { duration, plural } from '../report/format.js';
import { textTable } from '../util/table.js';
import { cellRemarks } from './cell-remarks.js';
import type { CellPlan, Plan } from './plan.js';
import type { CellState } from './run-plan.js';

/** Methods down, fractions and seeds across; and how long the rest may take, by what was done. */
export function planTable(plan: Plan, states: ReadonlyMap<string, CellState>): string {
  const columns = plan.fractions.flatMap((fraction) => plan.seeds.map((seed) => ({ fraction, seed })));
  const stateOf = (method: string, fraction: number, seed: number) => {
    const cell = plan.cells.find(
      (one) => one.method === method && one.fraction === fraction && one.seed === seed,
    );
    const state = cell === undefined ? undefined : states.get(cell.key);
    if (state === undefined) return '';
    if (state.kind === 'done') return `done ${duration(state.cell.seconds.training)}`;
    return state.kind === 'failed' ? 'failed' : state.begun ? 'begun' : '·';
  };
  const rows = plan.methods.map(({ key, title }) => [
    title,
    ...columns.map(({ fraction, seed }) => stateOf(key, fraction, seed)),
  ]);
  const head = [
    'method',
    ...columns.map(({ fraction, seed }) => `${Math.round(1000 * fraction) / 10} %, seed ${seed}`),
  ];
  const done = plan.cells.flatMap((cell) => {
    const state = states.get(cell.key)!;
    return state.kind === 'done'
      ? [{ cell, seconds: state.cell.seconds.training + state.cell.seconds.evaluation }]
      : [];
  });
  const left = plan.cells.filter((cell) => states.get(cell.key)!.kind !== 'done');
  const expected = left.reduce((sum, cell) => sum + secondsLike(cell, done), 0);
  const time = done.length === 0 ? '' : `, about ${duration(expected)} by the time the others took`;
  const remarks = cellRemarks(
    plan.cells.flatMap((cell) => {
      const state = states.get(cell.key)!;
      return state.kind === 'done' ? [state.cell] : [];
    }),
  );
  return `${textTable(head, rows)}\n${remarks.map((remark) => `${remark}\n`).join('')}${plural(plan.cells.length, 'cell')}, ${left.length} to do${left.length > 0 ? time : ''}`;
}

/** The mean of finished cells of its method and fraction, else of its fraction, else of all. */
function secondsLike(cell: CellPlan, done: readonly { cell: CellPlan; seconds: number }[]): number {
  const like = [
    done.filter((one) => one.cell.method === cell.method && one.cell.fraction === cell.fraction),
    done.filter(
      (one) => one.cell.fraction === cell.fraction && (one.cell.train === null) === (cell.train === null),
    ),
    done,
  ].find((list) => list.length > 0);
  return like === undefined ? 0 : like.reduce((sum, one) => sum + one.seconds, 0) / like.length;
}
