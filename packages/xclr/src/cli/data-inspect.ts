// `xclr data inspect`: what a source is, what it holds, what is wrong with it.
import type { Command } from 'commander';
import { exampleImages, inspectDataset, inspectionPage, inspectionText } from '../inspect/index.js';
import { writeFileAtomic } from '../util/files.js';
import { startProgress } from '../util/progress.js';
import { sharedConfig, viewSections } from './data-flags.js';
import { openShared } from './open-shared.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly out?: string;
  readonly json?: true;
}

export async function inspectCommand(
  path: string,
  { out: asked, json }: Options,
  command: Command,
): Promise<void> {
  const out = asked === undefined ? undefined : reportPath(asked, path, { file: 'inspection.html' });
  const config = sharedConfig(command, path, viewSections);
  const dataset = await openShared(config);
  let progress: ReturnType<typeof startProgress> | undefined;
  const { inspection, words } = await inspectDataset(dataset, path, {
    seed: config.seed,
    viewSize: config.views.size,
    splits: { fractions: config.data.fractions, splitBy: config.data.splitBy },
    onProgress: (done, total) => {
      progress ??= startProgress('reading images', total, { unit: 'image' });
      progress.update(done);
    },
  });
  progress?.[Symbol.dispose]();
  console.log(json ? JSON.stringify(inspection, null, 2) : inspectionText(inspection));
  if (out === undefined) return;
  const shown = await exampleImages(dataset, config.seed);
  writeFileAtomic(out, inspectionPage(inspection, { words, shown, created: new Date() }));
  process.stderr.write(`→ ${out}\n`);
}
