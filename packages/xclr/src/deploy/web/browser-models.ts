// Which of an exported folder's models a browser gets.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import type { ImageEncoder } from '../encoder/index.js';

/** From best to last. A browser computes float16 as float32, so that only saves the download. */
const files = ['onnx/model_quantized.onnx', 'onnx/model_fp16.onnx', 'onnx/model.onnx'];

/** The models of a folder that `xclr export` wrote, from best to last. */
export function browserModels(exported: string): string[] {
  return files.map((file) => join(exported, file)).filter((file) => existsSync(file));
}

/** @throws {UserError} for an encoder whose images a browser cannot prepare */
export function refuseRange({ imageRange }: Pick<ImageEncoder, 'imageRange'>, what: string): void {
  if (imageRange === undefined) return;
  throw new UserError(
    `${what}: the encoder was trained with --image-range ${imageRange.join(',')}, which a browser cannot apply to the images that it is given`,
    `${what === 'export --web' ? 'Leave --web out' : 'Use xclr serve'}, or train on images that were scaled to 8 bits before.`,
  );
}
