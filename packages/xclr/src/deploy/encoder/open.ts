// Opens every kind of image encoder, recognized by its path.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from '../../train/run-folder.js';
import { UserError } from '../../util/errors.js';
import type { ImageEncoder } from './image-encoder.js';
import { OnnxEncoder, type OnnxEncoderOptions } from './onnx-encoder.js';
import { looksLikeOnnx } from './onnx-files.js';
import { RunEncoder, type RunEncoderOptions } from './run-encoder.js';

/** How an encoder is opened: weights and device of a run, pooling of an ONNX model, threads. */
export type OpenEncoderOptions = RunEncoderOptions & OnnxEncoderOptions;

/**
 * Opens an image encoder: a run folder, an exported folder or an .onnx file.
 * @param path a run folder, a folder in Hugging Face's layout (as `xclr export` writes it), or an .onnx file
 * @throws {UserError} for anything else
 */
export async function openEncoder(path: string, options: OpenEncoderOptions = {}): Promise<ImageEncoder> {
  if (!existsSync(path))
    throw new UserError(`encoder ${path}: there is no such file or folder`, 'Check the path.');
  if (existsSync(join(path, 'checkpoints'))) return new RunEncoder(RunFolder.open(path), options);
  if (looksLikeOnnx(path)) return OnnxEncoder.load(path, options);
  throw new UserError(
    `encoder ${path}: expected a run folder, an exported folder or an .onnx file, got none of these`,
    'Give the folder that `xclr train` or `xclr export` wrote, or an ONNX model with its preprocessor_config.json.',
  );
}
