// A plan: which methods on which fractions of the data with which seeds, and how they are measured.

import { z } from 'zod';
import { parseTasks, type Task } from '../evaluate/index.js';
import { readSettingsFile } from '../train/config/yaml.js';
import {
  type GraphConfig,
  mergeSettings,
  recipeFile,
  resolveTrainConfig,
  type TrainConfig,
  methods as trainMethods,
} from '../train/config.js';
import { append } from '../util/arrays.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { checkSecondReference, isColumns, type SecondReference } from './references.js';

const cellName = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]*$/, 'must be letters, digits, "_" or "-", as it becomes part of a folder name');
const settings = z.record(z.string(), z.unknown());
const fraction = z.number().gt(0).max(1);

const shortcutsSchema = z.strictObject({
  /** 'label' or a column: what must not be told so. */
  label: z.string().default('label'),
  gallery: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({ split: 'train' }),
  queries: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({ split: 'test' }),
  k: z.int().min(1).default(15),
  /** Correlation of small copies from which on two images are near-duplicates. */
  duplicates: z.number().gt(0).max(1).default(0.99),
});
/** Which shortcuts are measured. */
type ShortcutSettings = z.output<typeof shortcutsSchema>;

const planSchema = z.strictObject({
  name: cellName,
  /** A recipe's name or file, or settings. */
  base: z.union([z.string(), settings]).default({}),
  data: settings.default({}),
  methods: z
    .record(
      cellName,
      z.looseObject({
        method: z.enum(trainMethods),
        title: z.string().optional(),
        description: z.string().optional(),
        /** Starts from the encoder of this method's run, on the same fraction with the same seed. */
        init: z.string().optional(),
      }),
    )
    .refine((given) => Object.keys(given).length > 0, 'must name at least one method'),
  controls: z.array(z.enum(['pixels', 'untrained'])).default(['untrained', 'pixels']),
  /** Fractions of the training part, each with settings of its own where it needs them. */
  fractions: z
    .array(z.union([fraction, z.looseObject({ fraction })]))
    .min(1)
    .default([1]),
  seeds: z.array(z.int().min(0)).min(1).default([0]),
  /** The method that the others are compared with; by default the first. */
  focus: z.string().optional(),
  evaluation: z.strictObject({ tasks: z.array(z.unknown()).min(1) }).optional(),
  /** Captions' similarity for alignment and graded accuracy, and vectors of texts: one for all methods. */
  reference: settings.default({ encoder: 'wordnet' }),
  /** What is told of the images without what they show, before any accuracy. */
  shortcuts: shortcutsSchema.optional(),
  /** Another text encoder, any graph, or columns of the data: alignment by a similarity that was not trained on. */
  secondReference: z.union([z.strictObject({ columns: z.array(z.string()).min(1) }), settings]).optional(),
  /** Measures that the page shows as charts and says first, such as probe_color; by default the first of each kind. */
  headlines: z.array(z.string()).min(1).optional(),
});

/** One run to train and evaluate. */
export interface CellPlan {
  /** 'xclr-f0.25-s1': names its folder and its file. */
  readonly key: string;
  readonly method: string;
  readonly fraction: number;
  readonly seed: number;
  /** Null for controls, which are not trained. */
  readonly train: TrainConfig | null;
  /** What its images are encoded with: the same as for training. */
  readonly config: TrainConfig;
  /** The settings as they were given, before defaults: what a finished cell is known by. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Key of the cell whose run it starts from. */
  readonly init?: string;
}

export interface MethodPlan {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly control: boolean;
}

/** A comparison as its file describes it: cells, seeds, fractions, tasks. */
export interface Plan {
  readonly name: string;
  readonly methods: readonly MethodPlan[];
  readonly fractions: readonly number[];
  readonly seeds: readonly number[];
  readonly focus: string;
  /** Undefined: what the data allow. */
  readonly tasks: readonly Task[] | undefined;
  readonly reference: Extract<GraphConfig, { kind: 'text' }>;
  /** A similarity that methods were not trained on. */
  readonly second?: SecondReference;
  /** Undefined: shortcuts are not looked for. */
  readonly shortcuts?: ShortcutSettings;
  /** Measures that the page shows first. Undefined: the first of each kind. */
  readonly headlines?: readonly string[];
  /** Tasks and reference as they were given. */
  readonly measures: unknown;
  /** In the order in which they are done: all methods of one seed and fraction before the next. */
  readonly cells: readonly CellPlan[];
  /** As it was written. */
  readonly source: unknown;
}

const usualTitles: Readonly<Record<string, string>> = {
  xclr: 'X-CLR',
  simclr: 'SimCLR',
  supcon: 'SupCon',
  clip: 'CLIP',
  'clip-frozen': 'CLIP with frozen captions',
  supervised: 'Supervised',
};

const usualDescriptions: Readonly<Record<string, string>> = {
  xclr: 'learned that images are as similar as their captions',
  simclr: 'learned that two views of an image are similar and all other images are different',
  supcon: 'learned that images of one label are similar and all others are different',
  clip: 'learned to find each image’s caption among the batch’s, with a text tower of its own',
  'clip-frozen': 'learned to find each image’s caption among the batch’s, by a frozen text encoder',
  supervised: 'learned to name the label, by cross-entropy',
};

const controlPlans: Readonly<Record<'pixels' | 'untrained', MethodPlan>> = {
  untrained: {
    key: 'untrained',
    title: 'Untrained encoder',
    description: 'the same network with random weights',
    control: true,
  },
  pixels: { key: 'pixels', title: 'Raw pixels', description: 'no network at all', control: true },
};

/** The plan's own entry for a fraction, with its settings, where it has one. */
function ownSettings(entries: z.infer<typeof planSchema>['fractions'], fraction: number) {
  return (
    entries.find((entry) => (typeof entry === 'number' ? entry : entry.fraction) === fraction) ?? fraction
  );
}

/** What the command line may change of a plan. */
export interface PlanChanges {
  readonly data?: string | undefined;
  readonly seeds?: readonly number[] | undefined;
  readonly fractions?: readonly number[] | undefined;
  /** Settings on top of everything, for every cell. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads the plan of a comparison from a YAML file.
 * @param out folder of the comparison: runs lie in it. @throws {UserError} with every problem and its place in the file
 */
export function readPlan(file: string, out: string, changes: PlanChanges = {}): Plan {
  const { values, locate } = readSettingsFile(file);
  const parsed = planSchema.safeParse(values);
  if (!parsed.success) {
    const lines = parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'invalid_key')
        return [
          `${locate(issue.path)} ${issue.path.join('.')}: the name ${issue.issues.map(({ message }) => message).join(', ')}`,
        ];
      if (issue.code !== 'unrecognized_keys')
        return [`${locate(issue.path)} ${issue.path.join('.')}: ${issue.message}`];
      return issue.keys.map((key) => {
        const near = nearestName(key, Object.keys(planSchema.shape));
        return `${locate([...issue.path, key])} ${key} is not a key of a plan${near === undefined ? '' : `. Did you mean ${near}?`}`;
      });
    });
    throw new UserError(lines.join('\n'), 'docs/comparison.md shows a whole plan.');
  }
  return makePlan(
    {
      ...parsed.data,
      ...(changes.seeds && { seeds: [...changes.seeds] }),
      ...(changes.fractions && {
        fractions: changes.fractions.map((one) => ownSettings(parsed.data.fractions, one)),
      }),
    },
    out,
    changes,
    values,
  );
}

type ParsedPlan = z.output<typeof planSchema>;

function makePlan(plan: ParsedPlan, out: string, changes: PlanChanges, source: unknown): Plan {
  const named = Object.entries(plan.methods);
  const known = named.map(([key]) => key);
  const focus = plan.focus ?? known[0]!;
  for (const [where, name] of [
    ['focus', focus],
    ...named.map(([key, { init }]) => [`methods.${key}.init`, init]),
  ]) {
    if (name === undefined || known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new UserError(
      `plan ${plan.name}: ${where}: there is no method "${name}" in the plan`,
      `${near === undefined ? '' : `Did you mean ${near}? `}It has ${known.join(', ')}.`,
    );
  }
  checkDistinct(plan.seeds, 'seeds');
  checkDistinct(
    plan.fractions.map((one) => (typeof one === 'number' ? one : one.fraction)),
    'fractions',
  );
  const base = typeof plan.base === 'string' ? readSettingsFile(recipeFile(plan.base)).values : plan.base;
  const fractions = plan.fractions.map((one) => (typeof one === 'number' ? { fraction: one } : one));
  const configOf = (
    method: Record<string, unknown>,
    fraction: { fraction: number },
    seed: number,
    run: string,
  ) => {
    const { fraction: part, ...own } = fraction;
    // A graph of the base belongs to the methods that read captions; the others have their own.
    const { graph: _, ...withoutGraph } = base;
    const reads = method.method === 'xclr' || method.method === 'clip-frozen';
    const layers: Record<string, unknown>[] = [
      reads ? base : withoutGraph,
      { data: plan.data },
      own,
      method,
      changes.data === undefined ? {} : { data: { path: changes.data } },
      { seed, run, data: { fraction: part } },
      changes.overrides ?? {},
    ];
    const given = layers.reduce(mergeSettings, {});
    return { given, config: resolveTrainConfig({ base: given }) };
  };
  const tasks =
    plan.evaluation === undefined ? undefined : parseTasks(plan.evaluation.tasks, 'evaluation.tasks');
  const cells = plan.seeds.flatMap((seed) =>
    fractions.flatMap((fraction) => {
      const keyOf = (method: string) => `${method}-f${fraction.fraction}-s${seed}`;
      const trained = inOrder(named).map(
        ([method, { title: _t, description: _d, init, ...own }]): CellPlan => {
          const key = keyOf(method);
          const weights = init === undefined ? {} : { encoder: { weights: `${out}/runs/${keyOf(init)}` } };
          const made = configOf(mergeSettings(own, weights), fraction, seed, `${out}/runs/${key}`);
          return {
            key,
            method,
            fraction: fraction.fraction,
            seed,
            train: made.config,
            ...made,
            ...(init !== undefined && { init: keyOf(init) }),
          };
        },
      );
      const { config, given } = trained[0]!;
      const controls = plan.controls.map((method): CellPlan => {
        return { key: keyOf(method), method, fraction: fraction.fraction, seed, train: null, config, given };
      });
      return [...trained, ...controls];
    }),
  );
  const reference = textReference(plan.reference, 'reference');
  const second =
    plan.secondReference === undefined || isColumns(plan.secondReference)
      ? plan.secondReference
      : secondGraph(plan.secondReference);
  checkSecondReference({ name: plan.name, reference, cells, ...(second !== undefined && { second }) });
  return {
    name: plan.name,
    methods: [
      ...named.map(([key, { method, title, description }]) => ({
        key,
        title: title ?? usualTitles[key] ?? key,
        description: description ?? usualDescriptions[method] ?? '',
        control: false,
      })),
      ...plan.controls.map((control) => controlPlans[control]),
    ],
    fractions: fractions.map((one) => one.fraction),
    seeds: plan.seeds,
    focus,
    tasks,
    reference,
    ...(second !== undefined && { second }),
    ...(plan.shortcuts !== undefined && { shortcuts: plan.shortcuts }),
    ...(plan.headlines !== undefined && { headlines: plan.headlines }),
    measures: [
      plan.evaluation?.tasks ?? 'what the data allow',
      plan.reference,
      ...(plan.secondReference === undefined ? [] : [plan.secondReference]),
    ],
    cells,
    source,
  };
}

function textReference(given: Record<string, unknown>, where: string): Plan['reference'] {
  const { graph } = resolveTrainConfig({
    base: { data: { path: 'unused' }, graph: { kind: 'text', ...given } },
  });
  if (graph.kind !== 'text') throw new UserError(`${where}: must be a text encoder’s settings`);
  return graph;
}

/** Settings of a graph; without a kind, of a text encoder. */
function secondGraph(given: Record<string, unknown>): GraphConfig {
  if (given.kind === undefined) return textReference(given, 'secondReference');
  return resolveTrainConfig({ base: { data: { path: 'unused' }, graph: given } }).graph;
}

/** A seed or fraction that is named twice would be one run that counts as two. @throws {UserError} */
function checkDistinct(values: readonly number[], where: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice === undefined) return;
  throw new UserError(
    `plan: ${where} names ${twice} twice: the same run would count as two`,
    'Name each once.',
  );
}

/** Methods that others start from come before them. */
function inOrder<Method extends { init?: string | undefined }>(
  named: readonly (readonly [string, Method])[],
) {
  const placed: (readonly [string, Method])[] = [];
  const rest = [...named];
  while (rest.length > 0) {
    const at = rest.findIndex(([, { init }]) => init === undefined || placed.some(([key]) => key === init));
    if (at < 0) {
      throw new UserError(
        `plan: the methods ${rest.map(([key]) => key).join(', ')} start from each other in a circle`,
        'One of them must start from random weights: leave its init out.',
      );
    }
    append(placed, rest.splice(at, 1));
  }
  return placed;
}
