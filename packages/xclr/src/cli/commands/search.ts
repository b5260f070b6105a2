// `xclr search`: the nearest items of an index, by image, by id, or by words.
import type { Command } from 'commander';
import { addEncoderFlags } from '../encoder-flags.js';
import { guide } from '../help/guide.js';
import { breadthOption, postgresOption } from '../index-flags.js';
import { fraction, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';
import { nearDuplicate } from './near-duplicate.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'Folder that xclr index build wrote; with --postgres, a table')
    .optionsGroup('What to search for (one of these):')
    .option('--image <file>', 'Search by this image')
    .option('--id <id>', 'Search by this item of the index')
    .option('--text <words>', 'Search by this text')
    .option(
      '--duplicates [cosine]',
      `Groups of nearly identical images: those with at least this cosine (default: ${nearDuplicate})`,
      fraction,
    )
    .optionsGroup('Which results:')
    .option('-k <number>', 'How many results', wholeNumber, 10)
    .option(
      '--filter <conditions>',
      "Only items whose columns meet these conditions: 'color=red|blue, price<20'",
    )
    .option('--diversity <fraction>', '0 returns the most similar items, 1 the most varied', fraction, 0)
    .optionsGroup('Output:')
    .option('--json', 'Print JSON in place of a table')
    .option('--html <file>', 'Also write a page that shows the images')
    .optionsGroup('Index and encoder:')
    .addOption(postgresOption())
    .addOption(
      breadthOption('How many candidates HNSW looks at for a query (default: as the index was built with)'),
    )
    .option('--encoder <path>', 'Encoder for --image (default: the one that the index names)');
  addEncoderFlags(command).action(lazily(async () => (await import('../search.js')).searchCommand));
  guide(command, {
    examples: [
      { run: "xclr search products.index --image shirt.jpg --filter 'gender=Women, price<50'" },
      { run: 'xclr search products.index --text "blue summer dress" --html found.html' },
      { run: 'xclr search products.index --id 15970 --diversity 0.4' },
      { run: 'xclr search products.index --duplicates' },
    ],
  });
}
