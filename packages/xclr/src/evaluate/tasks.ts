// Evaluation tasks: their settings, validated once, and the tasks of a data set that names none.

import { z } from 'zod';
import type { Dataset, Split } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { checkKey, chooseSamples } from './filter.js';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.-]*$/,
    'must be letters, digits, "_", "." or "-", as it becomes part of a metric name',
  );
const filter = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).default({});

const knn = z.strictObject({
  metric: z.literal('knn'),
  name,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  gallery: filter,
  queries: filter,
  /** Neighbours that vote. */
  k: z.int().min(1).default(20),
  /** A neighbour's vote is exp(cosine / temperature). */
  temperature: z.number().positive().default(0.07),
});

const retrieval = z.strictObject({
  metric: z.literal('retrieval'),
  name,
  /** 'label' or an attribute: equal values are relevant to each other. */
  match: z.string().default('label'),
  gallery: filter,
  queries: filter,
});

const alignment = z.strictObject({
  metric: z.literal('alignment'),
  name,
  samples: filter,
  /** Caption similarities of a triplet must differ by more than this. */
  margin: z.number().min(0).default(0.1),
  /** How many triplets to draw. */
  triplets: z.int().min(1).default(100_000),
});

const kinds = { knn, retrieval, alignment };

/** One evaluation task; also usable inside a larger zod schema. */
export const taskSchema = z.discriminatedUnion('metric', [knn, retrieval, alignment]);
export type KnnTask = z.infer<typeof knn>;
export type RetrievalTask = z.infer<typeof retrieval>;
export type AlignmentTask = z.infer<typeof alignment>;
export type Task = z.infer<typeof taskSchema>;
/** A task as a user writes it, defaults left out. */
export type TaskSettings = z.input<typeof taskSchema>;

function metricProblem(task: unknown, where: string): string | undefined {
  if (typeof task !== 'object' || task === null)
    return `${where}: expected a task such as { metric: knn, name: species }`;
  const metric = 'metric' in task ? task.metric : undefined;
  if (typeof metric === 'string' && Object.hasOwn(kinds, metric)) return undefined;
  const near = typeof metric === 'string' ? nearestName(metric, Object.keys(kinds)) : undefined;
  const hint = near === undefined ? '' : `. Did you mean '${near}'?`;
  return `${where}.metric: expected ${Object.keys(kinds).join(', ')}, got ${JSON.stringify(metric) ?? 'nothing'}${hint}`;
}

function taskProblems(task: unknown, where: string): string[] {
  const problem = metricProblem(task, where);
  if (problem !== undefined) return [problem];
  const parsed = taskSchema.safeParse(task);
  if (parsed.success) return [];
  const metric = (task as { metric: keyof typeof kinds }).metric; // checked by metricProblem
  return parsed.error.issues.flatMap((issue) => {
    const path = [where, ...issue.path].join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path}: ${issue.message}`];
    return issue.keys.map((key) => {
      const near = nearestName(key, Object.keys(kinds[metric].shape));
      return `${path}: '${key}' is not a setting of ${metric}${near === undefined ? '' : `. Did you mean '${near}'?`}`;
    });
  });
}

/**
 * Checks a list of tasks and fills in defaults; every problem is listed in one error.
 * @param where names the list in error messages
 */
export function parseTasks(settings: unknown, where = 'tasks'): Task[] {
  if (!Array.isArray(settings))
    throw new UserError(`${where}: expected a list of tasks, got ${typeof settings}`);
  const problems = settings.flatMap((task: unknown, index) => taskProblems(task, `${where}[${index}]`));
  if (problems.length > 0)
    throw new UserError(problems.join('\n'), 'docs/evaluation.md lists the settings of each metric.');
  const tasks = settings.map((task: unknown) => taskSchema.parse(task));
  const seen = new Set<string>();
  for (const task of tasks) {
    const key = `${task.metric}_${task.name}`;
    if (seen.has(key))
      throw new UserError(`${where}: two ${task.metric} tasks are called '${task.name}'`, 'Rename one.');
    seen.add(key);
  }
  return tasks;
}

/** Throws where the data cannot support a task. Cheap: call it before training, so that nothing is lost after it. */
export function checkTasks(data: Dataset, tasks: readonly Task[]): void {
  for (const task of tasks) {
    const where = `${task.metric} task '${task.name}'`;
    if (task.metric === 'alignment') {
      chooseSamples(data, task.samples, `${where}, samples`);
    } else {
      chooseSamples(data, task.gallery, `${where}, gallery`);
      chooseSamples(data, task.queries, `${where}, queries`);
      if (task.metric === 'knn') checkKey(data, task.label, `${where}, label`);
      else checkKey(data, task.match, `${where}, match`);
    }
  }
}

/**
 * The tasks of a data set that names none. Queries come from `split` if given, else from test, else validation,
 * else from everything (leave one out); the kNN gallery is the training part where there is one.
 * Without labels only alignment is left.
 */
export function defaultTasks(data: Dataset, { split }: { split?: Split } = {}): Task[] {
  const splits = new Set(data.samples.map((sample) => sample.split));
  const held = split ?? (['test', 'validation'] as const).find((one) => splits.has(one));
  const queries: { split?: Split } = held === undefined ? {} : { split: held };
  const apart = splits.has('train') && held !== undefined && held !== 'train';
  const gallery: { split?: Split } = apart ? { split: 'train' } : queries;
  const labelsIn = (filter: { split?: Split }) =>
    data.samples
      .filter((sample) => filter.split === undefined || sample.split === filter.split)
      .flatMap((sample) => sample.label ?? []);
  const galleryLabels = new Set(labelsIn(gallery));
  const queryLabels = labelsIn(queries);
  const repeated = (labels: readonly string[]) => labels.length > new Set(labels).size;
  const answerable = apart ? queryLabels.some((label) => galleryLabels.has(label)) : repeated(queryLabels);
  const tasks: TaskSettings[] = [];
  if (answerable)
    tasks.push({ metric: 'knn', name: 'label', gallery: { ...gallery }, queries: { ...queries } });
  if (repeated(queryLabels))
    tasks.push({ metric: 'retrieval', name: 'label', gallery: { ...queries }, queries: { ...queries } });
  tasks.push({ metric: 'alignment', name: 'captions', samples: { ...queries } });
  return parseTasks(tasks);
}
