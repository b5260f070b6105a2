// `xclr graph build`: encodes the captions ahead of training.
import type { Command } from 'commander';
import { buildStore } from '../graph-tools/build.js';
import { count, plural } from '../report/format.js';
import { addGraphFlags, graphConfig } from './graph-flags.js';
import { shownAs } from './progress-line.js';

export function register(graph: Command): void {
  const command = graph
    .command('build')
    .description('Encode the captions into the store that training reads; resumes where it was stopped')
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .addHelpText(
      'after',
      `
Captions that are in the store already are not encoded again, whichever data set they came from.

Examples:
  xclr graph build products.csv
  xclr graph build products.csv --text-encoder static --graph-model potion-base-8M/`,
    );
  addGraphFlags(command).action(async (path: string) => {
    const config = graphConfig(command, path);
    const built = await buildStore(config, shownAs('encoding captions', 'caption'));
    const { encoder, images, captions, encoded, dimensions, notes } = built;
    console.log(`${encoder}: ${plural(captions, 'distinct caption')} of ${plural(images, 'image')}`);
    console.log(`encoded now: ${count(encoded)}, in the store before: ${count(captions - encoded)}`);
    for (const note of notes) console.log(`! ${note}`);
    const megabytes = (built.bytes / 1e6).toFixed(1);
    console.log(`→ ${built.path} (${megabytes} MB, ${dimensions} numbers a caption)`);
  });
}
