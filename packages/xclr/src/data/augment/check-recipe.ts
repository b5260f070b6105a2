// Refuses recipes that cannot be carried out, before they make a picture of NaN.

import { z } from 'zod';
import { UserError } from '../../util/errors.js';
import type { Recipe } from './recipe.js';

const share = z.number().min(0).max(1);
const positive = z.number().positive();
const ordered = ([from, to]: readonly [number, number]) => from <= to;
const range = (bound: z.ZodNumber) =>
  z.tuple([bound, bound]).refine(ordered, 'expected [from, to] with from ≤ to');

const place = z.strictObject({
  kind: z.literal('place'),
  size: range(positive),
  overlap: share,
  ratio: range(positive),
  flip: share,
});
const crop = z.strictObject({
  kind: z.literal('crop'),
  scale: range(positive.max(1)),
  ratio: range(positive),
  flip: share,
});
const centreCrop = z.strictObject({ kind: z.literal('crop'), share: positive.max(1) });
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

const schema = z.strictObject({
  geometry: z.discriminatedUnion('kind', [crop, place]),
  background,
  policy: policy.nullish(),
  colour: z
    .strictObject({
      probability: share,
      brightness: z.number().min(0),
      contrast: z.number().min(0),
      saturation: z.number().min(0),
      hue: z.number().min(0).max(0.5),
      method: z.enum(['hsv', 'affine']),
      order: z.enum(['fixed', 'random']).optional(),
    })
    .nullable(),
  grey: share,
  blur: z
    .strictObject({
      probability: share,
      sigma: range(positive),
      kernel: z
        .int()
        .positive()
        .refine((kernel) => kernel % 2 === 1, 'expected an odd number of taps'),
    })
    .nullable(),
  solarize: z.strictObject({ probability: share, threshold: share }).nullable(),
  erasing: z
    .strictObject({
      probability: share,
      scale: range(positive.max(1)),
      ratio: range(positive),
      value: z.union([z.number(), z.literal('random')]),
    })
    .nullish(),
  normalise: z.strictObject({ mean: channels(z.number()), std: channels(positive) }),
  evaluation: z.strictObject({ geometry: z.discriminatedUnion('kind', [centreCrop, place]), background }),
});

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
