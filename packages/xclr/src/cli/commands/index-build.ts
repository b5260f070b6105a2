// `xclr index build`: from embeddings to an index.
import { type Command, Option } from 'commander';
import { precisions } from '../../deploy/search/stored-vectors.js';
import { postgresOption } from '../index-flags.js';
import { notNegative } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<index>', 'folder to write; with --postgres a table')
    .argument('<embeddings...>', 'files that xclr embed wrote')
    .addOption(
      new Option('--precision <type>', 'how vectors are stored on disk')
        .choices([...precisions])
        .default('float16'),
    )
    .option(
      '--hnsw-above <n>',
      'use HNSW above this number of items, exact search below',
      notNegative,
      50_000,
    )
    .option('--no-center', 'do not subtract the mean vector (only for encoders trained without it)')
    .addOption(
      new Option(
        '--text-encoder <name>',
        'fit a map from captions to images, so that the index can be searched by text',
      ).choices(['sentence-transformer', 'clip', 'static', 'wordnet']),
    )
    .option('--text-model <name>', 'name on the hub or local folder of that text encoder')
    .addOption(postgresOption())
    .addHelpText(
      'after',
      `
Examples:
  xclr index build products.index products.parquet --text-encoder sentence-transformer
  xclr index build products products-*.parquet --postgres postgres://user@host/shop`,
    )
    .action(lazily(async () => (await import('../index-build.js')).buildCommand));
}
