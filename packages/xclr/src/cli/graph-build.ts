// `xclr graph build`: encodes the captions ahead of training.
import type { Command } from 'commander';
import { buildStore } from '../graph-tools/build.js';
import { count, plural } from '../report/format.js';
import { graphConfig } from './graph-flags.js';
import { shownAs } from './progress-line.js';

export async function buildCommand(path: string, _options: object, command: Command): Promise<void> {
  const config = graphConfig(command, path);
  const built = await buildStore(config, shownAs('encoding captions', 'caption'));
  const { encoder, chosen, images, captions, encoded, dimensions, notes } = built;
  if (chosen !== null) console.log(chosen);
  console.log(`${encoder}: ${plural(captions, 'distinct caption')} of ${plural(images, 'image')}`);
  console.log(`encoded now: ${count(encoded)}, in the store before: ${count(captions - encoded)}`);
  for (const note of notes) console.log(`! ${note}`);
  const megabytes = (built.bytes / 1e6).toFixed(1);
  console.log(`→ ${built.path} (${megabytes} MB, ${dimensions} numbers per caption)`);
}
