// Folders with weights: what xclr exports, what Hugging Face's transformers and timm save. Which file, and for which encoder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import type { Normalization } from './normalization.js';

/** What a folder says of its weights, as far as it says it. */
export interface FolderFacts {
  /** xclr's own note: name, stem and width of the encoder. */
  readonly xclr?: Readonly<Record<string, unknown>> | undefined;
  /** timm's name of the architecture. */
  readonly architecture?: string | undefined;
  /** The family in Hugging Face's transformers. */
  readonly modelType?: string | undefined;
  /** transformers' ResNet with the stride in the first convolution of a block, which is another network. */
  readonly strideFirst?: boolean | undefined;
  readonly normalization?: Normalization | undefined;
}

/** Files of weights that are looked for, in this order. */
export const weightFiles = ['model.safetensors', 'pytorch_model.bin'] as const;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file of weights in a folder. @throws {UserError} that says what the folder holds instead */
export function weightFileIn(folder: string): string {
  const names = readdirSync(folder);
  const known = weightFiles.find((name) => names.includes(name));
  if (known !== undefined) return join(folder, known);
  const index = names.find((name) => /\.(safetensors|bin)\.index\.json$/.test(name));
  if (index !== undefined) {
    throw new UserError(
      `weights ${folder}: its weights are in several files (${index})`,
      'Join them in Python: AutoModel.from_pretrained(…).save_pretrained(…, max_shard_size="100GB").',
    );
  }
  const files = names.filter((name) => /\.(safetensors|pth|pt|bin|tar)$/.test(name));
  if (files.length === 1) return join(folder, files[0]!);
  if (files.length > 1) {
    throw new UserError(
      `weights ${folder}: it holds several files of weights: ${files.slice(0, 5).join(', ')}`,
      'Name one of them.',
    );
  }
  const foreign = names.find((name) => /\.(h5|pb|index|msgpack|onnx|gguf|tflite|ckpt)$/.test(name));
  const onnx = existsSync(join(folder, 'onnx')) ? 'onnx/' : undefined;
  throw new UserError(
    `weights ${folder}: it holds no PyTorch weights${foreign === undefined && onnx === undefined ? '' : `, but ${foreign ?? onnx}`}; expected ${weightFiles.join(' or ')}`,
    names.length === 0
      ? 'The folder is empty: check the path.'
      : 'Weights in other formats are not read: convert them to safetensors.',
  );
}

/** @throws {UserError} where config.json is no JSON */
export function factsOf(folder: string): FolderFacts {
  const config = readJson(join(folder, 'config.json'));
  const preprocessor = readJson(join(folder, 'preprocessor_config.json'));
  const pretrained = isRecord(config.pretrained_cfg) ? config.pretrained_cfg : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    xclr: isRecord(config.xclr) ? config.xclr : undefined,
    architecture: text(config.architecture),
    modelType: text(config.model_type),
    strideFirst: config.downsample_in_bottleneck === true,
    normalization:
      normalizationOf(pretrained.mean, pretrained.std) ??
      normalizationOf(preprocessor.image_mean, preprocessor.image_std),
  };
}

function readJson(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : {};
  } catch (error) {
    throw new UserError(
      `weights: ${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      'Fetch it again, or name the file of weights itself.',
    );
  }
}

function normalizationOf(mean: unknown, std: unknown): Normalization | undefined {
  const numbers = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
  return numbers(mean) && numbers(std) ? { mean, std } : undefined;
}
