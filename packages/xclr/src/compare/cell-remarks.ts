// What a reader of a comparison must know of how its cells were made: older definitions, and whatever was not the same for all.
import { plural } from '../report/format.js';
import type { Cell } from './cell.js';
import { olderDefinitionsNotice } from './definitions-check.js';

type Made = Pick<Cell, 'definitions' | 'precision' | 'environment'>;

/** What may differ between cells without making them incomparable, each with how it is called. */
const aspects: readonly (readonly [name: string, of: (cell: Made) => string | null | undefined])[] = [
  ['the precision of training', ({ precision }) => precision?.training],
  ['the precision of the evaluation', ({ precision }) => precision?.evaluation],
  ['the device', ({ environment }) => environment.device],
  ['the processor', ({ environment }) => environment.processor],
  ['the version of xclr', ({ environment }) => environment.xclr],
  ['the version of LibTorch', ({ environment }) => environment.libtorch],
  ['the version of Node', ({ environment }) => environment.node],
];

/** Sentences, none where all cells were made alike by the present definitions. */
export function cellRemarks(cells: readonly Made[]): string[] {
  const older = olderDefinitionsNotice(cells);
  const differing = aspects.flatMap(([name, of]) => {
    const counts = new Map<string, number>();
    for (const cell of cells) {
      const value = of(cell);
      if (value != null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    if (counts.size < 2) return [];
    const parts = [...counts].map(([value, number]) => `${value} (${plural(number, 'cell')})`);
    return [`The cells differ in ${name}: ${parts.join(', ')}.`];
  });
  return older === null ? differing : [older, ...differing];
}
