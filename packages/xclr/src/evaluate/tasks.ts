// Evaluation tasks: their settings, validated once, and the tasks of a data set that names none.

import type { Dataset, Filter, Split } from '../data/types.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { type AnyTask, type MetricContext, type MetricKind, taskName } from './metric.js';
import { type AlignmentTask, alignment } from './metrics/alignment.js';
import { type BackgroundsTask, backgrounds } from './metrics/backgrounds.js';
import { type CorruptionsTask, corruptionsMetric } from './metrics/corruptions.js';
import { type FewShotTask, fewShot } from './metrics/few-shot.js';
import { type FrequencyTask, frequency } from './metrics/frequency.js';
import { type GradedTask, graded } from './metrics/graded.js';
import { type GradedRetrievalTask, gradedRetrieval } from './metrics/graded-retrieval.js';
import { type HierarchyTask, hierarchy } from './metrics/hierarchy.js';
import { type KnnTask, knn } from './metrics/knn.js';
import { type LinearProbeTask, linearProbe } from './metrics/linear-probe.js';
import { type MaskedTask, masked } from './metrics/masked.js';
import { type RejectionTask, rejection } from './metrics/rejection.js';
import { type RetrievalTask, retrieval } from './metrics/retrieval.js';
import { type TextRetrievalTask, textRetrieval } from './metrics/text-retrieval.js';
import { type UnknownTask, unknown } from './metrics/unknown.js';
import { type ZeroShotTask, zeroShot } from './metrics/zero-shot.js';
import type { Variant } from './variants.js';

export type {
  AlignmentTask,
  BackgroundsTask,
  CorruptionsTask,
  FewShotTask,
  FrequencyTask,
  GradedRetrievalTask,
  GradedTask,
  HierarchyTask,
  KnnTask,
  LinearProbeTask,
  MaskedTask,
  RejectionTask,
  RetrievalTask,
  TextRetrievalTask,
  UnknownTask,
  ZeroShotTask,
};

/** Every kind by the name of its metric. @internal */
export const kinds = {
  knn,
  retrieval,
  alignment,
  'linear-probe': linearProbe,
  'few-shot': fewShot,
  graded,
  'zero-shot': zeroShot,
  'text-retrieval': textRetrieval,
  corruptions: corruptionsMetric,
  backgrounds,
  'graded-retrieval': gradedRetrieval,
  hierarchy,
  frequency,
  unknown,
  rejection,
  masked,
} as const;

/** What to measure, on which samples, with which settings. */
export type Task =
  | AlignmentTask
  | BackgroundsTask
  | CorruptionsTask
  | FewShotTask
  | FrequencyTask
  | GradedRetrievalTask
  | GradedTask
  | HierarchyTask
  | KnnTask
  | LinearProbeTask
  | MaskedTask
  | RejectionTask
  | RetrievalTask
  | TextRetrievalTask
  | UnknownTask
  | ZeroShotTask;
/** A task as a user writes it, defaults left out. */
export type TaskSettings = Pick<Task, 'metric' | 'name'> & Readonly<Record<string, unknown>>;

/** The kind of a task, for any of its tasks: the union of kinds takes the union of tasks. */
function kindOf(task: AnyTask): MetricKind<AnyTask> {
  return kinds[task.metric as keyof typeof kinds] as unknown as MetricKind<AnyTask>; // metric and kind go together
}

/** Measures one task. */
export function runTask(task: Task, context: MetricContext): void {
  kindOf(task).run(task, context);
}

/** Filters of the samples that a task looks at. */
export function filtersOf(task: Task): readonly Filter[] {
  return kindOf(task).filters(task);
}

/** Altered images whose features the tasks ask for, each once. */
export function variantsOf(tasks: readonly Task[], data: Dataset): Variant[] {
  const all = tasks.flatMap((task) => kindOf(task).variants?.(task, data) ?? []);
  return [...new Map(all.map((variant) => [variant.key, variant])).values()];
}

/** Texts whose vectors the tasks ask for; none where no task asks by text. */
export function textsOf(tasks: readonly Task[], data: Dataset): string[] {
  return [...new Set(tasks.flatMap((task) => kindOf(task).texts?.(task, data) ?? []))];
}

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
  const kind = kindOf(task as AnyTask); // metricProblem has checked the metric
  const parsed = kind.schema.safeParse(task);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const path = [where, ...issue.path].join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path}: ${issue.message}`];
    return issue.keys.map((key) => {
      const near = nearestName(key, Object.keys(kind.schema.shape));
      return `${path}: '${key}' is not a setting of ${(task as AnyTask).metric}${near === undefined ? '' : `. Did you mean '${near}'?`}`;
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
  const tasks = settings.map((task: AnyTask) => kindOf(task).schema.parse(task) as Task);
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
  for (const task of tasks) kindOf(task).check(data, task, taskName(task));
}

/** Labeled images up to which a linear probe is fitted without being asked for: beyond, it takes longer than all else. */
const mostProbed = 50_000;

/**
 * The tasks of a data set that names none. Queries come from `split` if given, else from test, else validation,
 * else from everything (leave one out); the kNN gallery is the training part where there is one.
 * A linear probe is fitted where gallery and queries are apart and labels few enough. Without labels only alignment is left.
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
  const labeled = labelsIn(gallery);
  const galleryLabeled = labeled.length;
  const galleryLabels = new Set(labeled);
  const queryLabels = labelsIn(queries);
  const repeated = (labels: readonly string[]) => labels.length > new Set(labels).size;
  const several = galleryLabels.size > 1;
  const answerable =
    several && (apart ? queryLabels.some((label) => galleryLabels.has(label)) : repeated(queryLabels));
  const tasks: TaskSettings[] = [];
  if (answerable)
    tasks.push({ metric: 'knn', name: 'label', gallery: { ...gallery }, queries: { ...queries } });
  if (answerable && apart && galleryLabeled <= mostProbed)
    tasks.push({ metric: 'linear-probe', name: 'label', gallery: { ...gallery }, queries: { ...queries } });
  if (repeated(queryLabels) && new Set(queryLabels).size > 1)
    tasks.push({ metric: 'retrieval', name: 'label', gallery: { ...queries }, queries: { ...queries } });
  tasks.push({ metric: 'alignment', name: 'captions', samples: { ...queries } });
  return parseTasks(tasks);
}
