// What goes over the wire; the OpenAPI document, the checks and the client's types all come from here.
import { z } from 'zod';

const k = z.coerce.number().int().min(1).max(1000).default(10).describe('How many results');
const filter = z.string().max(2000).optional().describe("Conditions on columns: 'color=red|blue, price<20'");
const diversity = z.coerce.number().min(0).max(1);

/** Settings of every search. */
export const searchSettings = z.strictObject({
  k,
  filter,
  diversity: diversity.default(0).describe('0: the most similar items; 1: the most varied'),
});

export const searchBody = z.union([
  searchSettings.extend({ id: z.string().min(1).max(1000).describe('Search by this item') }),
  searchSettings.extend({ text: z.string().min(1).max(2000).describe('Search by this text') }),
]);

export const recommendBody = z.strictObject({
  id: z.string().min(1).max(1000),
  k,
  filter,
  diversity: diversity.default(0.5).describe('0: the most similar items; 1: the most varied'),
});

export const idQuery = z.string().min(1).max(1000).describe('Id of the item');

export const itemSettings = z.strictObject({
  caption: z.array(z.string().min(1).max(5000)).max(100).default([]).describe('Caption; may be repeated'),
  columns: z.record(z.string(), z.string()).default({}).describe('For filters, as JSON: {"color":"red"}'),
});

export const match = z.object({
  id: z.string(),
  similarity: z.number().describe("Cosine in the index's space"),
  captions: z.array(z.string()),
  columns: z.record(z.string(), z.string()),
  image: z.boolean().describe('Whether an image file is known: /items/{id}/thumbnail'),
  shortened: z
    .boolean()
    .optional()
    .describe('True where captions or columns were cut or left out: /items/{id} has them all'),
});
export const searchAnswer = z.object({
  matches: z.array(match),
  notice: z.string().optional().describe('What must be said of the encoder wherever its results are shown'),
});
export const embedAnswer = z.object({
  vector: z.array(z.number()).describe('Unit vector'),
  encoder: z.object({
    name: z.string(),
    fingerprint: z.string(),
    dimensions: z.int(),
    notice: z.string().optional(),
  }),
});
export const itemAnswer = z.object({
  id: z.string(),
  captions: z.array(z.string()),
  columns: z.record(z.string(), z.string()),
});
export const changeAnswer = z.object({
  id: z.string(),
  items: z.int().describe('Number of items in the index'),
});
export const healthAnswer = z.object({
  status: z.enum(['ok', 'stopping']),
  version: z.string(),
  encoder: z.object({
    name: z.string(),
    fingerprint: z.string(),
    dimensions: z.int(),
    notice: z.string().optional(),
  }),
  index: z.object({ name: z.string(), items: z.int(), search: z.string(), text: z.boolean() }).nullable(),
});
export const errorAnswer = z.object({ error: z.string(), remedy: z.string().optional() });

/** The answer to /search and /recommend. */
export type SearchAnswer = z.infer<typeof searchAnswer>;
/** The answer to /embed. */
export type EmbedAnswer = z.infer<typeof embedAnswer>;
/** The answer to /items. */
export type ItemAnswer = z.infer<typeof itemAnswer>;
/** The answer to items being added or removed. */
export type ChangeAnswer = z.infer<typeof changeAnswer>;
/** The answer to /health. */
export type HealthAnswer = z.infer<typeof healthAnswer>;
/** Number, filter and diversity of a search. */
export type SearchSettings = z.input<typeof searchSettings>;
