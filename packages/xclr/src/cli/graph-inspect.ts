// `xclr graph inspect`: a page that shows the similarities of the graph.
import type { Command } from 'commander';
import { openGraph } from '../graph-tools/open.js';
import { inspectGraph } from '../graph-tools/pages/inspect.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { graphConfig } from './graph-flags.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly of?: string[] | string;
  readonly out?: string;
}

function sampleOf(samples: readonly { readonly id: string }[], id: string): number {
  const found = samples.findIndex((sample) => sample.id === id);
  if (found < 0)
    throw new UserError(
      `graph inspect: --of: no sample has the id "${id}"`,
      'ids are those of the manifest, or paths relative to the folder',
    );
  return found;
}

export async function inspectCommand(
  path: string,
  { of, out: asked }: Options,
  command: Command,
): Promise<void> {
  const out = reportPath(asked, path, { file: 'graph.html' });
  const config = graphConfig(command, path);
  const {
    graph: held,
    description,
    dataset,
    training,
    notes,
  } = await openGraph(config, (line) => process.stderr.write(`${line}\n`));
  using graph = held;
  for (const note of notes) process.stderr.write(`${note}\n`);
  const wanted = of === undefined ? undefined : [of].flat().map((id) => sampleOf(dataset.samples, id));
  const { overview, targets, remarks, page } = await inspectGraph({
    dataset,
    graph,
    description,
    training,
    batch: config.batchSize,
    seed: config.seed,
    of: wanted,
    created: new Date(),
  });
  writeFileAtomic(out, page);
  console.log(`graph: ${description}`);
  console.log(
    `mean similarity ${overview.mean.toFixed(3)}; in a batch of ${targets.batch}: ${targets.effectivePositives.toFixed(1)} effective positives, ${Math.round(100 * targets.positiveMass)} % of the target on the other view`,
  );
  for (const { level, title, text, remedy } of remarks)
    console.log(
      `${level === 'good' ? '✓' : '!'} ${title}: ${text}${remedy === undefined ? '' : `\n  → ${remedy}`}`,
    );
  console.log(`→ ${out}`);
}
