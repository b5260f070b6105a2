// What tasks that predict a class have in common: their settings, what is checked before anything is encoded, their two sets.

import { z } from 'zod';
import type { Dataset, Filter, Sample } from '../data/types.js';
import { checkGallery, type GalleryAndQueries, galleryAndQueries } from './classes.js';
import { checkKey, chooseSamples, classOf } from './filter.js';
import { type AnyTask, filterSchema, type MetricContext, nameSchema, taskName } from './metric.js';

/** The first settings of such tasks, after `metric`. */
export const classTaskSettings = {
  name: nameSchema,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  gallery: filterSchema,
  queries: filterSchema,
};

/** A task that predicts a class of its queries from its gallery. */
export interface ClassTask extends AnyTask {
  readonly label: string;
  readonly gallery: Filter;
  readonly queries: Filter;
}

/** @throws {UserError} where a set is empty, the column does not exist, or the gallery has one class alone */
export function checkClassTask(
  data: Dataset,
  { gallery, queries, label }: Omit<ClassTask, keyof AnyTask>,
  where: string,
): void {
  chooseSamples(data, gallery, `${where}, gallery`);
  chooseSamples(data, queries, `${where}, queries`);
  checkKey(data, label, `${where}, label`);
  checkGallery(data, gallery, label, where);
}

/** Gallery and queries of a task. @param accepts values that are right for a query; by default its own alone */
export function classTaskSets(
  task: ClassTask,
  { dataset, rowIndex }: Pick<MetricContext, 'dataset' | 'rowIndex'>,
  accepts?: (sample: Sample) => readonly string[],
): GalleryAndQueries {
  const { gallery, queries, label: key } = task;
  return galleryAndQueries(dataset, rowIndex, { gallery, queries, key, accepts, where: taskName(task) });
}

/** Every class that a gallery, or the queries, have images of. */
export function classNames(
  data: Dataset,
  task: Omit<ClassTask, keyof AnyTask>,
  role: 'gallery' | 'queries',
  where: string,
): Set<string> {
  const names = new Set<string>();
  for (const index of chooseSamples(data, task[role], `${where}, ${role}`)) {
    const name = classOf(data.samples[index]!, task.label);
    if (name !== null) names.add(name);
  }
  return names;
}
