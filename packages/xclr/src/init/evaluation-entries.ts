// The lines about the evaluation: the tasks that splits and labels allow.
import type { Decided } from './decided.js';
import type { Entry } from './entry.js';
import { hasTorch } from './look.js';

/** What a reader wants to see of a task; the rest has its default. */
const shown = ['metric', 'name', 'gallery', 'queries', 'samples'] as const;

/** Empty where nothing can be measured, and where LibTorch is missing, on which the metrics rest. */
export async function evaluationEntries({ look }: Decided): Promise<Entry[]> {
  const { captions, classes } = look.inspection;
  if (!(await hasTorch())) return [];
  const { defaultTasks } = await import('../evaluate/tasks.js');
  const usable = defaultTasks(look.dataset).filter(({ metric }) =>
    metric === 'alignment' ? captions.distinct > 1 : classes.classes > 1,
  );
  if (usable.length === 0) return [];
  const value = usable.map((task) => {
    const settings: Readonly<Record<string, unknown>> = { ...task };
    return Object.fromEntries(shown.flatMap((key) => (key in settings ? [[key, settings[key]]] : [])));
  });
  const note =
    'What xclr eval measures, as splits and classes allow; docs/evaluation.md explains each metric.';
  return [{ path: ['evaluation', 'tasks'], value, note }];
}
