// `xclr data inspect`: what a source is, what it holds, what is wrong with it.
import type { Command } from 'commander';
import { exampleImages, inspectDataset, inspectionPage, inspectionText } from '../inspect/index.js';
import { writeFileAtomic } from '../util/files.js';
import { startProgress } from '../util/progress.js';
import { addSharedFlags, openShared, sharedConfig } from './data-flags.js';

const shared = ['data', 'views', 'seed'];

interface Options {
  readonly out?: string;
  readonly json?: true;
}

export function register(data: Command): void {
  const command = data
    .command('inspect')
    .description(
      'Say what a source of images is, what it holds and what is wrong with it; draw a contact sheet',
    )
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'write a page with example images and charts (HTML)')
    .option('--json', 'print everything as JSON instead of text')
    .addHelpText(
      'after',
      `
Examples:
  xclr data inspect images/ --out sheet.html
  xclr data inspect products.csv --data-caption-column title --data-label-column category
  xclr data inspect images/ --json | jq .classes

It reads the whole table and the headers of 1,000 images; xclr data verify decodes every one.`,
    );
  addSharedFlags(command, shared).action((path: string, options: Options) =>
    inspectCommand(command, path, options),
  );
}

async function inspectCommand(command: Command, path: string, { out, json }: Options): Promise<void> {
  const config = sharedConfig(command, path, shared);
  const dataset = await openShared(config);
  let progress: ReturnType<typeof startProgress> | undefined;
  const { inspection, words } = await inspectDataset(dataset, path, {
    seed: config.seed,
    viewSize: config.views.size,
    splits: { fractions: config.data.fractions, splitBy: config.data.splitBy },
    onProgress: (done, total) => {
      progress ??= startProgress('looking at', total, { unit: 'image' });
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
