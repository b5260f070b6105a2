// The committed results of the quick start over several seeds, which one run is shown beside.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { TrainConfig } from '../train/config.js';

/** Made by `node scripts/update-readme.mjs` from docs/results/quickstart/comparison.json. */
const committed = fileURLToPath(new URL('../../recipes/quickstart-seeds.json', import.meta.url));

const schema = z.object({
  seeds: z.array(z.int()),
  /** What the runs must share with another to stand beside it. */
  steps: z.int(),
  textEncoder: z.string(),
  processors: z.array(z.string()),
  /** What a reader must know of how the results were made, such as older definitions. */
  remarks: z.array(z.string()),
  conclusions: z.array(z.string()),
  /** Method → metric → its values. */
  methods: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        mean: z.number(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        perSeed: z.array(z.number()),
      }),
    ),
  ),
});

/** The quick start's results over several seeds. */
export type SeedResults = z.output<typeof schema>;

/**
 * The committed results, where a run has their settings: null for a run with fewer steps or another text encoder, and before there
 * are any.
 */
export function seedResultsFor(config: TrainConfig, file: string = committed): SeedResults | null {
  if (!existsSync(file)) return null;
  const results = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { steps, graph } = config;
  const same = steps === results.steps && graph.kind === 'text' && graph.encoder === results.textEncoder;
  return same ? results : null;
}
