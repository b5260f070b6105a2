// `xclr index build`: from embeddings to an index.
import { openEmbeddings } from '../deploy/embed/index.js';
import { FolderIndex, PostgresIndex, type Precision, readNewIndex } from '../deploy/search/index.js';
import type { TextEncoderConfig } from '../train/text-encoders.js';
import { startProgress } from '../util/progress.js';
import { describeIndex } from './index-flags.js';

export interface BuildFlags {
  readonly precision: Precision;
  readonly hnswAbove: number;
  readonly ef?: number;
  readonly center: boolean;
  readonly textEncoder?: TextEncoderConfig['encoder'];
  readonly textModel?: string;
  readonly postgres?: string;
}

export async function buildCommand(name: string, files: readonly string[], flags: BuildFlags): Promise<void> {
  const { textEncoder: encoder, textModel: model, postgres, precision, hnswAbove, ef, center } = flags;
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
      ? await FolderIndex.build(name, made, { precision, hnswAbove, ef, onProgress })
      : await PostgresIndex.build(postgres, name, made, { onProgress });
  progress?.done();
  console.log(describeIndex(index));
}
