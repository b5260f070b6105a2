// Task kind `backgrounds`: whether the encoder recognizes the object or its background.

import type { Tensor } from '@xclr/torch';
import { z } from 'zod';
import type { Dataset, Filter } from '../../data/types.js';
import { UserError } from '../../util/errors.js';
import { acceptsOf, checkAccepted } from '../accepted.js';
import { type Box, composites, drawPartners, type Partner, usableBox } from '../backgrounds.js';
import { checkGallery, type GalleryAndQueries, galleryAndQueries } from '../classes.js';
import { checkKey, chooseSamples } from '../filter.js';
import {
  filterSchema,
  type MetricContext,
  type MetricKind,
  nameSchema,
  perQuery,
  taskName,
} from '../metric.js';
import { nearest, vote } from '../nearest-rows.js';
import { forEachSimilarityRow } from '../similarity-rows.js';
import type { Units } from '../types.js';
import type { Variant } from '../variants.js';
import { searchScope } from './search-scope.js';

const schema = z.strictObject({
  metric: z.literal('backgrounds'),
  name: nameSchema,
  /** 'label' or an attribute: the class to predict. */
  label: z.string().default('label'),
  gallery: filterSchema,
  queries: filterSchema,
  /** Attribute with the object's box, "left top right bottom" as fractions of the image: composites are made from it. */
  box: z.string().default('box'),
  /** Attribute that says which background an image has, where composites come with the data as ImageNet-9's do; instead of a box. */
  column: z.string().optional(),
  /** JSON file that maps a query's label to those of the gallery. */
  map: z.string().optional(),
  k: z.int().min(1).default(20),
  temperature: z.number().positive().default(0.07),
});
export type BackgroundsTask = z.infer<typeof schema>;

/** What ImageNet-9's folders are called. */
const published = { original: 'original', same: 'mixed_same', random: 'mixed_rand' } as const;
type Background = keyof typeof published;
const backgroundsOf = Object.keys(published) as Background[];

/** Right answers before one kind of background. */
interface Answers {
  readonly samples: Int32Array;
  /** (q) 1 for a right answer, 0 for a wrong one. */
  readonly right: Float64Array;
}

const keyOf = ({ box, label }: BackgroundsTask, partner: Partner) => `background-${partner}-${box}-${label}`;
const filterOf = ({ queries }: BackgroundsTask, column: string, background: Background): Filter => ({
  ...queries,
  [column]: published[background],
});

/** Samples among the queries whose object can be cut out. */
function withBoxes(data: Dataset, { queries, box }: BackgroundsTask, where: string) {
  const boxes = new Map<number, Box>();
  for (const sample of chooseSamples(data, queries, `${where}, queries`)) {
    const found = usableBox(data.samples[sample]!, box);
    if (found !== null) boxes.set(sample, found);
  }
  return { boxes, samples: Int32Array.from(boxes.keys()) };
}

function variantsOf(task: BackgroundsTask, data: Dataset): readonly Variant[] {
  if (task.column !== undefined) return [];
  const { boxes, samples } = withBoxes(data, task, taskName(task));
  return (['same', 'random'] as const).map((partner) => {
    const partners = drawPartners(data, samples, { label: task.label, partner });
    return {
      key: keyOf(task, partner),
      samples: task.queries,
      frame: 'image',
      partners,
      alter: (pixels: Tensor, ids: Int32Array, theirs?: Tensor) =>
        composites(
          pixels,
          theirs!, // as `partners` is given
          Array.from(ids, (id) => ({ object: boxes.get(id)!, background: boxes.get(partners.get(id)!)! })),
        ),
    };
  });
}

export const backgrounds: MetricKind<BackgroundsTask> = {
  schema,
  filters: (task) => {
    const { gallery, queries, column } = task;
    if (column === undefined) return [gallery, queries];
    return [gallery, ...backgroundsOf.map((background) => filterOf(task, column, background))];
  },
  variants: variantsOf,
  check(data, task, where) {
    chooseSamples(data, task.gallery, `${where}, gallery`);
    checkKey(data, task.label, `${where}, label`);
    checkGallery(data, task.gallery, task.label, where);
    checkAccepted(data, task, where);
    if (task.column !== undefined) {
      for (const background of backgroundsOf)
        chooseSamples(data, filterOf(task, task.column, background), `${where}, ${background}`);
      return;
    }
    checkKey(data, task.box, `${where}, box`);
    if (withBoxes(data, task, where).samples.length > 1) return;
    throw new UserError(
      `${where}: no two queries have an object that can be cut out: '${task.box}' must hold "left top right bottom" from 0 to 1, an object of 5 to 70 % of the image, and a strip of background beside it`,
      'Give another `box`, or `column` for data that come with composites.',
    );
  },
  run(task, context) {
    const { answers, leftOut, size } =
      task.column === undefined ? madeAnswers(task, context) : publishedAnswers(task, task.column, context);
    const how = (what: string) =>
      `${what}, where the ${task.label} is what the ${Math.min(task.k, size)} nearest gallery images (unaltered) vote for, as in knn. ${searchScope(task.gallery, task.queries, size)}`;
    const add = (name: string, units: Units, what: string) =>
      context.add(`background-${name}_${task.name}`, units, {
        n: units.keys.length,
        counted: 'queries',
        leftOut,
        definition: how(what),
      });
    for (const background of backgroundsOf) {
      const { samples, right } = answers[background];
      add(background, perQuery(samples, right), `Fraction of correct answers, ${says[background]}`);
    }
    add(
      'gap',
      difference(answers.same, answers.random),
      'Background gap: accuracy on backgrounds of the same class minus accuracy on backgrounds of another class',
    );
  },
};

const says: Readonly<Record<Background, string>> = {
  original: 'the unaltered images',
  same: 'objects on the background of another image of their class',
  random: 'objects on the background of an image of another class',
};

interface AllAnswers {
  readonly answers: Readonly<Record<Background, Answers>>;
  readonly leftOut: Readonly<Record<string, number>>;
  /** Images in the gallery. */
  readonly size: number;
}

/** Answers to composites made from boxes: the same queries before all three backgrounds. */
function madeAnswers(task: BackgroundsTask, context: MetricContext): AllAnswers {
  const { dataset, rowIndex, variants } = context;
  const where = taskName(task);
  const accepts = acceptsOf(task, where);
  const sets = galleryAndQueries(dataset, rowIndex, { ...task, where, key: task.label, accepts });
  const chosen = (partner: Partner, samples: Int32Array) =>
    variants.choose(keyOf(task, partner), samples, where);
  const samples = chosen('random', chosen('same', sets.queries.samples).samples).samples;
  const places = new Map(Array.from(sets.queries.samples, (sample, place) => [sample, place]));
  const at = samples.map((sample) => places.get(sample)!);
  const ask = (rows: Int32Array, features?: Tensor): Answers => ({
    samples,
    right: rightAnswers(task, context, sets, { at, rows, ...(features !== undefined && { features }) }),
  });
  const altered = (partner: Partner) => {
    const { rows, features } = chosen(partner, samples);
    return ask(rows, features);
  };
  const lost = sets.queries.samples.length - samples.length;
  return {
    answers: {
      original: ask(at.map((place) => sets.queries.rows[place]!)),
      same: altered('same'),
      random: altered('random'),
    },
    leftOut: {
      ...sets.leftOut,
      ...(lost > 0 && { 'queries without a usable box or partner': lost }),
    },
    size: sets.gallery.rows.length,
  };
}

/** Answers to composites that came with the data: other images before each background. */
function publishedAnswers(task: BackgroundsTask, column: string, context: MetricContext): AllAnswers {
  const where = taskName(task);
  const accepts = acceptsOf(task, where);
  const leftOut: Record<string, number> = {};
  let size = 0;
  const answersTo = (background: Background): Answers => {
    const queries = filterOf(task, column, background);
    const settings = { ...task, queries, where, key: task.label, accepts };
    const sets = galleryAndQueries(context.dataset, context.rowIndex, settings);
    for (const [why, count] of Object.entries(sets.leftOut)) leftOut[`${background}: ${why}`] = count;
    size = sets.gallery.rows.length;
    const at = Int32Array.from(sets.queries.rows.keys());
    return {
      samples: sets.queries.samples,
      right: rightAnswers(task, context, sets, { at, rows: sets.queries.rows }),
    };
  };
  const answers = {
    original: answersTo('original'),
    same: answersTo('same'),
    random: answersTo('random'),
  };
  return { answers, leftOut, size };
}

/** @returns (q) 1 where kNN gives an accepted class. @param asked places in `sets.queries`, and rows of `features` */
function rightAnswers(
  { k, temperature }: BackgroundsTask,
  { features }: MetricContext,
  { gallery, accepted, own }: GalleryAndQueries,
  asked: { readonly at: Int32Array; readonly rows: Int32Array; readonly features?: Tensor },
): Float64Array {
  const right = new Float64Array(asked.rows.length);
  const most = Math.min(k, gallery.rows.length);
  const visit = (row: Float32Array, query: number) => {
    const place = asked.at[query]!;
    const found = vote(nearest(row, most, own[place]), gallery.classes, temperature);
    right[query] = accepted[place]!.includes(found) ? 1 : 0;
  };
  forEachSimilarityRow(features.rows, asked.rows, gallery.rows, visit, {
    ...(asked.features !== undefined && { queries: asked.features }),
  });
  return right;
}

/** Fraction of correct answers in one less that in the other: query by query where the queries are the same. */
function difference(one: Answers, other: Answers): Units {
  const paired =
    one.samples.length === other.samples.length &&
    one.samples.every((sample, place) => sample === other.samples[place]);
  if (paired)
    return perQuery(
      one.samples,
      one.right.map((right, place) => right - other.right[place]!),
    );
  const all = one.right.length + other.right.length;
  const scaled = ({ right }: Answers, sign: number) =>
    right.map((value) => (sign * value * all) / right.length);
  return {
    ...perQuery(
      Int32Array.from([...one.samples, ...other.samples]),
      Float64Array.from([...scaled(one, 1), ...scaled(other, -1)]),
    ),
    range: [-1, 1],
  };
}
