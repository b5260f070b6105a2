// Which files of a folder make an ONNX encoder: the model, its weights beside it, the preprocessor.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../util/errors.js';

export interface OnnxFiles {
  readonly model: string;
  /** Weights that the model keeps in files of their own, sorted. */
  readonly external: readonly string[];
  readonly preprocessor: string;
}

function onnxIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => join(folder, name));
}

/** True where a path could be an ONNX encoder. */
export function looksLikeOnnx(path: string): boolean {
  if (path.endsWith('.onnx')) return true;
  return onnxIn(path).length + onnxIn(join(path, 'onnx')).length > 0;
}

/**
 * Hugging Face's layout: preprocessor_config.json, and onnx/model.onnx or model.onnx. An .onnx file itself may be named
 * (onnx/model_quantized.onnx): its preprocessor then lies beside it or one folder above.
 */
export function findOnnxFiles(path: string): OnnxFiles {
  const model = path.endsWith('.onnx') ? resolve(path) : chosenIn(resolve(path));
  if (!existsSync(model)) {
    throw new UserError(`encoder ${path}: there is no such file`, 'Check the path.');
  }
  const folder = dirname(model);
  const preprocessor = [folder, dirname(folder)]
    .map((place) => join(place, 'preprocessor_config.json'))
    .find((file) => existsSync(file));
  if (preprocessor === undefined) {
    throw new UserError(
      `encoder ${path}: expected preprocessor_config.json beside the model or one folder above, found none`,
      'It says how images are resized and normalized; write one, or download it with the model.',
    );
  }
  const external = readdirSync(folder)
    .filter((name) => name.startsWith(basename(model)) && name !== basename(model))
    .filter((name) => /^(\.|_)data/.test(name.slice(basename(model).length)))
    .sort()
    .map((name) => join(folder, name));
  return { model, external, preprocessor };
}

function chosenIn(folder: string): string {
  const found = [...onnxIn(join(folder, 'onnx')), ...onnxIn(folder)];
  const usual = found.find((file) => basename(file) === 'model.onnx');
  if (usual !== undefined) return usual;
  if (found.length === 1) return found[0]!;
  throw new UserError(
    `encoder ${folder}: expected model.onnx, found ${found.map((file) => basename(file)).join(', ') || 'no .onnx file'}`,
    found.length > 0
      ? 'Name the file itself.'
      : 'Give a folder that `xclr export` wrote, or a model from the hub.',
  );
}
