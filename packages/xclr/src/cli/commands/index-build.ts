// `xclr index build`: from embeddings to an index.
import { type Command, Option } from 'commander';
import { precisions } from '../../deploy/search/stored-vectors.js';
import { guide } from '../help/guide.js';
import { breadthOption, postgresOption } from '../index-flags.js';
import { notNegative } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'Folder to write; with --postgres, a table')
    .argument('<embeddings...>', 'Files that xclr embed wrote')
    .addOption(
      new Option(
        '--text-encoder <name>',
        'Also fit a map from captions to images with this text encoder, so that xclr search --text works',
      ).choices(['sentence-transformer', 'clip', 'static', 'wordnet']),
    )
    .option('--text-model <name>', 'Name on the hub or local folder of that text encoder')
    .addOption(
      new Option('--precision <type>', 'How vectors are stored').choices([...precisions]).default('float16'),
    )
    .option(
      '--hnsw-above <number>',
      'Use HNSW above this number of items, exact search below',
      notNegative,
      50_000,
    )
    .addOption(
      breadthOption(
        'How many candidates HNSW looks at for each item, and later for each query; more finds more and takes longer (default: 256)',
      ),
    )
    .option('--no-center', 'Do not subtract the mean vector')
    .addOption(postgresOption())
    .action(lazily(async () => (await import('../index-build.js')).buildCommand));
  guide(command, {
    examples: [
      { run: 'xclr index build products.index products.parquet --text-encoder sentence-transformer' },
      { run: 'xclr index build products products-*.parquet --postgres postgres://user@host/shop' },
    ],
  });
}
