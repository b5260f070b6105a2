// `xclr snapshot`: vectors of a trained run's sample, for the studio.
import { type Command, Option } from 'commander';
import { splits } from '../../data/types.js';
import { guide } from '../help/guide.js';
import { wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'Run folder')
    .addOption(
      new Option('--checkpoint <name>', 'Weights: last, or best by validation loss')
        .choices(['last', 'best'])
        .default('last'),
    )
    .option(
      '--images <number>',
      'Images of the sample, the same ones for every run on the same data (default: 500, or as many as the run’s snapshots have)',
      wholeNumber,
    )
    .addOption(new Option('--split <name>', 'Part of the data').choices([...splits]).default('validation'))
    .action(lazily(async () => (await import('../snapshot.js')).snapshotCommand));
  guide(command, {
    notes: [
      'Writes snapshots/ in the run folder: the vectors of a fixed sample before and after the projector, and its similarities by the graph. xclr studio shows them. Training writes them itself, as it goes on, with --snapshots-count.',
    ],
    examples: [{ run: 'xclr snapshot runs/xclr-photos' }, { run: 'xclr studio runs' }],
  });
}
