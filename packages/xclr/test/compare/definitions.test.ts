// What a finished cell is known by, and what is said of cells that were not made alike.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Cell, measuresFingerprint, settingsFingerprint } from '../../src/compare/cell.js';
import { cellRemarks } from '../../src/compare/cell-remarks.js';
import { checkDefinitions } from '../../src/compare/definitions-check.js';
import { readPlan } from '../../src/compare/plan.js';
import { runPlan, statesOf } from '../../src/compare/run-plan.js';
import { definitionsVersion } from '../../src/evaluate/definitions-version.js';
import { temporaryFolder } from '../train/make.js';
import { smallPlan } from './make.js';

const quiet = { onNotice: () => undefined, onProgress: () => undefined };
const precision = { training: 'float32', evaluation: 'float32' } as const;

describe('the fingerprint of a cell', () => {
  const folder = temporaryFolder();
  const plan = readPlan(smallPlan(folder, 'images.csv'), folder);
  const [cell] = plan.cells;
  const of = (config: object) =>
    settingsFingerprint({ ...cell!, config: { ...cell!.config, ...config } }, precision);

  it('is that of the resolved settings: another default makes another cell, a place of this machine does not', () => {
    expect(of({})).toBe(settingsFingerprint(cell!, precision));
    expect(of({ device: 'cuda:1', threads: 7, workers: 3, run: 'elsewhere' })).toBe(of({}));
    // Nobody gave these: they are what defaults became.
    expect(of({ loss: { ...cell!.config.loss, temperature: 0.2 } })).not.toBe(of({}));
    expect(of({ projector: { ...cell!.config.projector, out: 64 } })).not.toBe(of({}));
  });

  it('changes with the precision that was used and with the version of the definitions', () => {
    const own = settingsFingerprint(cell!, precision);
    expect(settingsFingerprint(cell!, { ...precision, training: 'bfloat16' })).not.toBe(own);
    expect(settingsFingerprint(cell!, precision, definitionsVersion + 1)).not.toBe(own);
  });

  it('of the tasks takes their defaults in', () => {
    const tasks = plan.tasks!.map((task) => (task.metric === 'knn' ? { ...task, k: 5 } : task));
    expect(measuresFingerprint({ ...plan, tasks })).not.toBe(measuresFingerprint(plan));
  });
});

describe('cells by several versions of the definitions', () => {
  it('cannot stand in one table, nor can newer ones than are known', () => {
    expect(() => checkDefinitions([])).not.toThrow();
    expect(() =>
      checkDefinitions([
        { key: 'a', definitions: definitionsVersion },
        { key: 'b', definitions: definitionsVersion },
      ]),
    ).not.toThrow();
    expect(() => checkDefinitions([{ key: 'a' }, { key: 'b', definitions: 2 }])).toThrow(
      /a was measured by version 1 .* and b by version 2: their numbers cannot be compared[\s\S]*Delete/,
    );
    expect(() => checkDefinitions([{ key: 'a', definitions: definitionsVersion + 1 }])).toThrow(
      /knows versions up to/,
    );
  });

  const committed = fileURLToPath(new URL('./older/', import.meta.url));

  it('older ones stay readable and are marked; none is added to them, and none is lost', async () => {
    const out = join(temporaryFolder(), 'older');
    mkdirSync(out);
    cpSync(join(committed, 'cells'), join(out, 'cells'), { recursive: true });
    const plan = readPlan(join(committed, 'plan.yaml'), out);
    const names = readdirSync(join(out, 'cells'));
    const states = statesOf(plan, out);
    const cells = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell] : []));
    expect(cells).toHaveLength(names.length);
    expect(cellRemarks(cells)[0]).toMatch(/^These numbers were measured by version 1 of the metrics/);

    const more = readPlan(join(committed, 'plan.yaml'), out, { seeds: [...plan.seeds, 99] });
    await expect(runPlan(more, { out, ...quiet })).rejects.toThrow(
      /cells were measured by version 1 .* would be by version 2/,
    );
    expect(readdirSync(join(out, 'cells'))).toEqual(names);

    const path = join(out, 'cells', names[0]!);
    const cell = JSON.parse(readFileSync(path, 'utf8')) as Cell;
    writeFileSync(path, JSON.stringify({ ...cell, settings: 'other' }));
    expect(() => statesOf(plan, out)).toThrow(/was made with other settings than the plan now has/);
  });
});

it('says in what cells differ, and nothing where they do not', () => {
  const environment = { xclr: '1', libtorch: '2', node: '3', processor: 'A', cores: 2, device: 'cpu' };
  const cell = { definitions: definitionsVersion, precision, environment };
  expect(cellRemarks([cell, cell])).toEqual([]);
  expect(
    cellRemarks([
      cell,
      cell,
      {
        ...cell,
        precision: { ...precision, training: 'bfloat16' as const },
        environment: { ...environment, processor: 'B' },
      },
    ]),
  ).toEqual([
    'The cells differ in the precision of training: float32 (2 cells), bfloat16 (1 cell).',
    'The cells differ in the processor: A (2 cells), B (1 cell).',
  ]);
});
