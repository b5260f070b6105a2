// Where the default sentence transformer lies on this machine, if it does.
import { defaultSentenceTransformer as model } from '../../graph/sentence-transformer/encoder.js';
import { missingFiles, modelFolder } from '../../graph/sentence-transformer/model-files.js';

/** The folder with all of the model's files, or null. */
export function findSentenceTransformer(): string | null {
  const { folder } = modelFolder({ model, precision: 'float32' });
  return missingFiles(folder, { precision: 'float32' }).length === 0 ? folder : null;
}
