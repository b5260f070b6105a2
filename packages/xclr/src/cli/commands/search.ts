// `xclr search`: the nearest items of an index, by image, by id, or by words.
import type { Command } from 'commander';
import { addEncoderFlags } from '../encoder-flags.js';
import { postgresOption } from '../index-flags.js';
import { fraction, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';
import { nearDuplicate } from './near-duplicate.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'folder that xclr index built; with --postgres a table')
    .option('--image <file>', 'search by this image')
    .option('--id <id>', 'search by this item of the index')
    .option('--text <words>', 'search by this text')
    .option(
      '--duplicates [cosine]',
      `groups of near-duplicate images (cosine of at least ${nearDuplicate})`,
      fraction,
    )
    .option('-k <n>', 'how many', wholeNumber, 10)
    .option('--filter <conditions>', "conditions on columns: 'color=red|blue, price<20'")
    .option('--diversity <fraction>', '0: the most similar items; 1: the most varied', fraction, 0)
    .option('--encoder <path>', 'encoder for --image (default: where the index says)')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page with the images')
    .addOption(postgresOption())
    .addHelpText(
      'after',
      `
Examples:
  xclr search products.index --image shirt.jpg --filter 'gender=Women, price<50'
  xclr search products.index --text "blue summer dress" --html found.html
  xclr search products.index --id 15970 --diversity 0.4
  xclr search products.index --duplicates`,
    );
  addEncoderFlags(command).action(lazily(async () => (await import('../search.js')).searchCommand));
}
