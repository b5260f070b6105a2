// `xclr index build`: from embeddings to an index.
import { type Command, Option } from 'commander';
import { openEmbeddings } from '../deploy/embed/index.js';
import {
  FolderIndex,
  PostgresIndex,
  type Precision,
  precisions,
  readNewIndex,
} from '../deploy/search/index.js';
import type { TextEncoderConfig } from '../train/text-encoders.js';
import { startProgress } from '../util/progress.js';
import { describeIndex, postgresOption } from './index-flags.js';
import { notNegative } from './numbers.js';

interface BuildFlags {
  readonly precision: Precision;
  readonly hnswAbove: number;
  readonly center: boolean;
  readonly textEncoder?: TextEncoderConfig['encoder'];
  readonly textModel?: string;
  readonly postgres?: string;
}

export function register(index: Command): void {
  index
    .command('build')
    .description('Build an index from embeddings, in place of one that is there')
    .argument('<index>', 'folder to write; with --postgres a table')
    .argument('<embeddings...>', 'files that xclr embed wrote')
    .addOption(
      new Option('--precision <type>', 'how vectors lie on the disk')
        .choices([...precisions])
        .default('float16'),
    )
    .option(
      '--hnsw-above <n>',
      'items above which HNSW searches instead of comparing all',
      notNegative,
      50_000,
    )
    .option('--no-center', 'keep the mean in the vectors (only where the encoder was trained for it)')
    .addOption(
      new Option(
        '--text-encoder <name>',
        'fit a map from captions to images, so that words can be searched for',
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
    .action(buildCommand);
}

async function buildCommand(name: string, files: readonly string[], flags: BuildFlags): Promise<void> {
  const { textEncoder: encoder, textModel: model, postgres, precision, hnswAbove, center } = flags;
  const embeddings = await openEmbeddings(files);
  const made = await readNewIndex(embeddings, {
    center,
    ...(encoder !== undefined && {
      textEncoder: { encoder, rarity: 0, ...(model !== undefined && { model }) },
    }),
  });
  let progress: ReturnType<typeof startProgress> | undefined;
  const onProgress = (done: number, total: number) => {
    progress ??= startProgress('indexing', total, { unit: 'item' });
    progress.update(done);
  };
  await using index =
    postgres === undefined
      ? await FolderIndex.build(name, made, { precision, hnswAbove, onProgress })
      : await PostgresIndex.build(postgres, name, made, { onProgress });
  progress?.done();
  console.log(describeIndex(index));
}
