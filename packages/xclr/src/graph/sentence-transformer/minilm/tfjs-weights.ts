// Weights of a TensorFlow.js graph model: model.json lists them in the order of their bytes, which lie in files beside it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../util/errors.js';

/** A weight that is stored in 8 bits: value = scale · byte + min. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly scale: number;
  readonly min: number;
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
}

/** The 8-bit weights of a model, by name; constants in other types (axes, shapes) are left out. */
export function readTfjsWeights(modelJson: string): Map<string, TfjsWeight> {
  const { weightsManifest } = JSON.parse(readFileSync(modelJson, 'utf8')) as {
    readonly weightsManifest: readonly {
      readonly paths: readonly string[];
      readonly weights: readonly Entry[];
    }[];
  };
  const found = new Map<string, TfjsWeight>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(join(dirname(modelJson), path))));
    let start = 0;
    for (const { name, shape, quantization } of weights) {
      const size = shape.reduce((product, extent) => product * extent, bytesOf(quantization?.dtype));
      if (quantization?.dtype === 'uint8') {
        const { scale, min } = quantization;
        found.set(name, { name, shape, bytes: bytes.subarray(start, start + size), scale, min });
      }
      start += size;
    }
    if (start !== bytes.length)
      throw new UserError(
        `${modelJson}: expected ${start} bytes of weights in ${paths.join(', ')}, got ${bytes.length}`,
        'Install the package again.',
      );
  }
  return found;
}

/** Bytes of one number: weights without quantization are float32 or int32. */
function bytesOf(quantized: string | undefined): number {
  return quantized === undefined ? 4 : quantized === 'uint8' ? 1 : 2;
}

/** A weight's numbers. */
export function floatsOfWeight({ bytes, scale, min }: TfjsWeight): Float32Array {
  return Float32Array.from(bytes, (byte) => byte * scale + min);
}
