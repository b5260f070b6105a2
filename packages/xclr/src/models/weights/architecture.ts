// Whether a folder's weights are for the encoder that is wanted, by what its config.json says.
import { UserError } from '../../util/errors.js';
import type { FolderFacts } from './folder.js';

export interface WantedEncoder {
  readonly name: string;
  readonly stem: string;
  readonly width: number;
}

/** timm's names where they are not ours. */
export const timmNames: Readonly<Record<string, string>> = {
  mobilenet_v3_small: 'mobilenetv3_small_100',
  mobilenet_v3_large: 'mobilenetv3_large_100',
};

/** Model types of transformers whose weights are read. */
const families: Readonly<Record<string, RegExp>> = { resnet: /^resnet/, vit: /^vit/, timm_wrapper: /./ };

/** timm's architectures that are ours at another image size or with other training. */
function sameArchitecture(theirs: string, wanted: string): boolean {
  if ((timmNames[wanted] ?? wanted) === theirs) return true;
  const vit = /^(?:vit|deit)_(tiny|small|base)_patch16_\d+$/;
  const [ours, other] = [vit.exec(wanted), vit.exec(theirs)];
  return ours !== null && other !== null && ours[1] === other[1];
}

/** @throws {UserError} that names the encoder to choose */
export function checkArchitecture(facts: FolderFacts, wanted: WantedEncoder, where: string): void {
  const { xclr, architecture, modelType, strideFirst } = facts;
  if (xclr !== undefined) {
    const theirs: Readonly<Record<string, unknown>> = {
      name: xclr.encoder,
      stem: xclr.stem,
      width: xclr.width,
    };
    for (const key of ['name', 'stem', 'width'] as const) {
      if (theirs[key] === undefined || theirs[key] === wanted[key]) continue;
      throw new UserError(
        `weights ${where}: they are of an encoder with ${key} ${String(theirs[key])}, and this one has ${key} ${wanted[key]}`,
        `Set --${key === 'name' ? 'encoder' : key} ${String(theirs[key])}, or start from other weights.`,
      );
    }
    return;
  }
  if (architecture !== undefined) {
    if (sameArchitecture(architecture, wanted.name)) return;
    throw new UserError(
      `weights ${where}: they are of timm's ${architecture}, and this encoder is ${wanted.name}`,
      'Choose their encoder with --encoder, or other weights: an architecture of another name may compute something else with the same tensors.',
    );
  }
  if (modelType === undefined) return;
  const family = Object.hasOwn(families, modelType) ? families[modelType] : undefined;
  if (family?.test(wanted.name) !== true) {
    throw new UserError(
      `weights ${where}: they are of transformers' model type ${modelType}, and this encoder is ${wanted.name}`,
      'Of transformers’ models ResNet and ViT are read: choose their encoder with --encoder, or other weights.',
    );
  }
  if (strideFirst === true) {
    throw new UserError(
      `weights ${where}: its ResNet has the stride in the first convolution of a block, ${wanted.name} in the second`,
      'Take weights of the usual form (downsample_in_bottleneck false), such as microsoft/resnet-50.',
    );
  }
}
