// Refuses recipes that cannot be carried out, before they make an image of NaN.

import { z } from 'zod';
import { UserError } from '../../util/errors.js';
import type { Recipe } from './recipe.js';

const fraction = z.number().min(0).max(1);
const positive = z.number().positive();
const ordered = ([from, to]: readonly [number, number]) => from <= to;
const range = (bound: z.ZodNumber) =>
  z.tuple([bound, bound]).refine(ordered, 'expected [from, to] with from ≤ to');

const place = z.strictObject({
  kind: z.literal('place'),
  size: range(positive),
  overlap: fraction,
  ratio: range(positive),
  flip: fraction,
});
const crop = z.strictObject({
  kind: z.literal('crop'),
  scale: range(positive.max(1)),
  ratio: range(positive),
  flip: fraction,
});
const centerCrop = z.strictObject({ kind: z.literal('crop'), fraction: positive.max(1) });
const background = z.enum(['white', 'random']);
const channels = (value: z.ZodNumber) => z.array(value).length(3);

const policy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto-augment') }),
  z.strictObject({
    kind: z.literal('rand-augment'),
    operations: z.int().min(1).max(16),
    magnitude: z.int().min(0).max(30),
  }),
]);

const recipeParts = z.strictObject({
  geometry: z.discriminatedUnion('kind', [crop, place]),
  background,
  policy: policy.nullish(),
  color: z
    .strictObject({
      probability: fraction,
      brightness: z.number().min(0),
      contrast: z.number().min(0),
      saturation: z.number().min(0),
      hue: z.number().min(0).max(0.5),
      method: z.enum(['hsv', 'affine']),
      order: z.enum(['fixed', 'random']).optional(),
    })
    .nullable(),
  gray: fraction,
  blur: z
    .strictObject({
      probability: fraction,
      sigma: range(positive),
      kernel: z
        .int()
        .positive()
        .refine((kernel) => kernel % 2 === 1, 'expected an odd number of taps'),
    })
    .nullable(),
  solarize: z.strictObject({ probability: fraction, threshold: fraction }).nullable(),
  erasing: z
    .strictObject({
      probability: fraction,
      scale: range(positive.max(1)),
      ratio: range(positive),
      value: z.union([z.number(), z.tuple([z.number(), z.number(), z.number()]), z.literal('random')]),
    })
    .nullish(),
  normalize: z.strictObject({ mean: channels(z.number()), std: channels(positive) }),
  localCrops: z
    .strictObject({ count: z.int().positive(), size: z.int().min(8), scale: range(positive.max(1)) })
    .nullable(),
  evaluation: z.strictObject({ geometry: z.discriminatedUnion('kind', [centerCrop, place]), background }),
});

const schema = recipeParts.refine(
  ({ geometry, localCrops }) => localCrops === null || geometry.kind === 'crop',
  {
    path: ['localCrops'],
    message: "expected a geometry of kind 'crop': a placed image cannot be cropped",
  },
);

const checked = new WeakSet<Recipe>();

/** @throws {UserError} that names each part of the recipe that is missing, unknown or out of range */
export function checkRecipe(recipe: Recipe): void {
  if (checked.has(recipe)) return;
  const { error } = schema.safeParse(recipe);
  if (error) {
    const lines = error.issues.map(({ path, message }) => `  ${path.join('.') || 'recipe'}: ${message}`);
    throw new UserError(
      `checkRecipe: the augmentation recipe cannot be used:\n${lines.join('\n')}`,
      'Start from a preset (simclr, supcon, light, …) and change one part; to change a kind of geometry give all its parts.',
    );
  }
  checked.add(recipe);
}
