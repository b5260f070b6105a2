// Task kind `zero-shot`: classes known by their names alone.

import { scoped, tensor } from '@xclr/torch';
import { z } from 'zod';
import { classNames } from '../../data/class-names.js';
import type { Dataset, Sample } from '../../data/types.js';
import { checkGallery } from '../classes.js';
import { checkKey, chooseSamples, classOf, describeFilter } from '../filter.js';
import { filterSchema, type MetricKind, nameSchema, perQuery, taskName } from '../metric.js';
import { captionOf, placedTexts } from './by-text.js';

const schema = z.strictObject({
  metric: z.literal('zero-shot'),
  name: nameSchema,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  /** What is asked of each class; {class} is its name. */
  prompt: z
    .string()
    .regex(/\{class\}/, 'must contain {class}')
    .default('a photo of a {class}'),
  queries: filterSchema,
  /** Images whose captions teach the map from texts to images, where one is needed. */
  fit: filterSchema,
});
export type ZeroShotTask = z.infer<typeof schema>;

/** Classes of the queries, each with its prompt. */
function promptsOf({ label, prompt, queries }: ZeroShotTask, data: Dataset): Map<string, string> {
  const called = calledIn(data, label);
  const prompts = new Map<string, string>();
  for (const index of chooseSamples(data, queries, `zero-shot, queries`)) {
    const sample = data.samples[index]!;
    const name = classOf(sample, label);
    if (name !== null && !prompts.has(name))
      prompts.set(
        name,
        prompt.replaceAll('{class}', () => spoken(sample, label, called.get(name) ?? name)),
      );
  }
  return prompts;
}

/** What labels are called where that is not the label itself: WordNet's ids and numbers before a name are left out, as in captions. */
function calledIn(data: Dataset, label: string): ReadonlyMap<string, string> {
  if (label !== 'label') return new Map();
  const labels = new Set<string>();
  for (const sample of data.samples) {
    const name = classOf(sample, label);
    if (name !== null) labels.add(name);
  }
  return classNames([...labels]).names;
}

/** ImageNet's layouts name classes by synset and have their words in a column of their own. */
function spoken({ attributes }: Sample, label: string, name: string): string {
  const words = label === 'label' ? attributes.name : undefined;
  return (words?.split(',')[0] ?? name).replaceAll('_', ' ');
}

export const zeroShot: MetricKind<ZeroShotTask> = {
  schema,
  filters: ({ queries, fit }) => [queries, fit],
  texts: (task, data) => [
    ...promptsOf(task, data).values(),
    ...Array.from(chooseSamples(data, task.fit, `${taskName(task)}, fit`), (i) =>
      captionOf(data.samples[i]!),
    ),
  ],
  check(data, task, where) {
    chooseSamples(data, task.queries, `${where}, queries`);
    chooseSamples(data, task.fit, `${where}, fit`);
    checkKey(data, task.label, `${where}, label`);
    checkGallery(data, task.queries, task.label, where);
  },
  run(task, context) {
    const { dataset, rowIndex, add } = context;
    const where = taskName(task);
    const prompts = promptsOf(task, dataset);
    const names = [...prompts.keys()];
    const asked = rowIndex.choose(chooseSamples(dataset, task.queries, `${where}, queries`));
    const labeled = Int32Array.from(asked.rows.keys()).filter(
      (place) => classOf(dataset.samples[asked.samples[place]!]!, task.label) !== null,
    );
    const placed = placedTexts([...prompts.values()], task.fit, context, where);
    using rows = placed.rows; // (c, d)
    const predicted = scoped(() => {
      const images = placed.images.indexSelect(0, tensor(labeled.map((place) => asked.rows[place]!))); // (q, d)
      return Int32Array.from(
        images.matmul(rows.t()).argmax({ dim: 1 }).to({ dtype: 'int32' }).toArray() as Int32Array,
      );
    });
    const samples = labeled.map((place) => asked.samples[place]!);
    const correct = Float64Array.from(predicted, (one, i) =>
      names[one] === classOf(dataset.samples[samples[i]!]!, task.label) ? 1 : 0,
    );
    const leftOut = {
      ...(asked.missing > 0 && { 'queries without features': asked.missing }),
      ...(labeled.length < asked.rows.length && {
        [`queries without ${task.label}`]: asked.rows.length - labeled.length,
      }),
    };
    const twins = names.length - new Set(prompts.values()).size;
    add(`zeroshot_${task.name}`, perQuery(samples, correct), {
      n: correct.length,
      counted: 'queries',
      leftOut,
      centered: placed.centered,
      definition: `Fraction of queries (${describeFilter(task.queries)}) nearest, by cosine, to "${task.prompt}" of their own ${task.label} among ${names.length}. ${placed.said}`,
      ...(twins > 0 && {
        note: `Classes that have the name of another, and whose images are taken for that one: ${twins}.`,
      }),
    });
  },
};
