// What requests may ask, checked.
import { z } from 'zod';

const id = z.string().regex(/^[0-9a-f]{12}$/, 'expected an id of 12 hexadecimal digits');
const ids = z
  .string()
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .pipe(z.array(id).max(200));

export const runQuery = z.object({ run: id });

export const curvesQuery = z.object({
  runs: ids,
  metrics: z.string().transform((text) => text.split(',').slice(0, 200)),
  points: z.coerce.number().int().min(10).max(20_000).default(1000),
  from: z.coerce.number().default(Number.NEGATIVE_INFINITY),
  to: z.coerce.number().default(Number.POSITIVE_INFINITY),
});

export const csvQuery = z.object({ runs: ids, metrics: z.string().optional() });

export const noteChange = z.strictObject({
  run: id,
  tags: z.array(z.string().min(1).max(100)).max(50),
  note: z.string().max(20_000),
});

const place = z.coerce.number().int().min(0);
/** Pixels of an image's longer side. */
const thumbnailSize = z.coerce.number().int().min(16).max(1024).default(96);
const judge = z.enum(['graph', 'features', 'projected']);

export const rowQuery = z.object({ run: id, image: place, step: place.optional() });

export const agreementQuery = z.object({
  run: id,
  step: place.optional(),
  left: judge.default('graph'),
  right: judge.default('features'),
  /** The run of the right side, where it is another. */
  other: id.optional(),
});

export const thumbnailQuery = z.object({
  run: id,
  image: place,
  size: thumbnailSize,
});

export const layoutQuery = z.object({ run: id, rows: z.enum(['features', 'projected']).default('features') });

export const listToSave = z.strictObject({
  name: z
    .string()
    .max(100)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'expected letters, digits, dots and dashes'),
  replace: z.boolean(),
  images: z
    .array(z.strictObject({ id: z.string().min(1).max(5000), reason: z.string().max(500).optional() }))
    .min(1)
    .max(200_000),
});

export const sourceQuery = z.object({ source: id });

const results = z.coerce.number().int().min(1).max(200).default(24);

export const searchQuery = z
  .object({
    source: id,
    id: z.string().min(1).max(5000).optional(),
    text: z.string().min(1).max(5000).optional(),
    k: results,
  })
  .refine(({ id: item, text }) => (item === undefined) !== (text === undefined), 'expected an id or a text');

export const imageSearchQuery = z.object({ source: id, k: results });

export const itemImageQuery = z.object({
  source: id,
  id: z.string().min(1).max(5000),
  size: thumbnailSize,
});

export const casesQuery = z.object({
  source: id,
  metric: z.string().min(1).max(200),
  fraction: z.coerce.number().min(0).max(1),
  left: z.string().min(1).max(200),
  right: z.string().min(1).max(200),
});

export const auditChange = z.strictObject({
  source: id,
  /** By the image's id; null takes a decision back. */
  decisions: z.record(z.string().min(1).max(5000), z.enum(['out', 'keep']).nullable()),
});

export const datasetImageQuery = z.object({
  run: id,
  image: z.string().min(1).max(5000),
  size: thumbnailSize,
});
