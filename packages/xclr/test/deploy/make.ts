// Small encoders, items and ONNX files for the tests of deployment.
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onnx } from 'onnx-proto';
import { decodeBytes } from '../../src/data/index.js';
import type { EmbeddedItems, Item } from '../../src/deploy/embed/index.js';
import { bytesOfInput } from '../../src/deploy/encoder/image-encoder.js';
import type { ImageEncoder, ImageInput } from '../../src/deploy/encoder/index.js';
import { Random } from '../../src/util/random.js';
import { put } from '../data/make.js';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'xclr-deploy-'));
}

/** Mean red, green, blue of an image and 1, as a unit vector: an encoder that needs no weights. */
export function colorEncoder(name = 'colors'): ImageEncoder {
  return {
    name,
    dimensions: 4,
    fingerprint: createHash('sha256').update(name).digest('hex'),
    preparation: { kind: 'decoded', size: 1 },
    async prepare(image: ImageInput, options = {}) {
      return decodeBytes(bytesOfInput(image, options.limitPixels), 1, options.limitPixels);
    },
    async embed(images) {
      return Float32Array.from(images.flatMap(({ pixels }) => [...colorRow([...pixels.subarray(0, 3)])]));
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What colorEncoder gives for an image of one color. */
export function colorRow(color: readonly number[]): number[] {
  const row = [...color.map((value) => value / 255), 1];
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}

/** Unit rows around some centers, as trained embeddings lie. */
export function clusteredRows(
  n: number,
  d: number,
  seed: number,
  { clusters = 20, spread = 0.5 } = {},
): Float32Array {
  const random = new Random(seed, 77);
  const centers = Float32Array.from({ length: clusters * d }, () => random.normal());
  const rows = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const center = random.below(clusters);
    let squares = 0;
    for (let j = 0; j < d; j++) {
      const value = centers[center * d + j]! + spread * random.normal();
      rows[i * d + j] = value;
      squares += value * value;
    }
    for (let j = 0; j < d; j++) rows[i * d + j]! /= Math.sqrt(squares);
  }
  return rows;
}

/** Items i0, i1, … with a color, a price and a caption. */
export function numberedItems(n: number, from = 0): Item[] {
  return Array.from({ length: n }, (_, k) => {
    const i = from + k;
    return {
      id: `i${i}`,
      captions: [`thing number ${i}`],
      image: null,
      columns: { color: ['red', 'green', 'blue'][i % 3]!, price: String(i % 50) },
    };
  });
}

export function clusteredItems(n: number, d: number, seed: number): EmbeddedItems {
  return { items: numberedItems(n), vectors: clusteredRows(n, d, seed) };
}

type Extent = number | string;
const floats = 1;

function value(name: string, elemType: number, dims: readonly Extent[]): onnx.IValueInfoProto {
  const shape = {
    dim: dims.map((extent) => (typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent })),
  };
  return { name, type: { tensorType: { elemType, shape } } };
}

export interface TinyOnnx {
  /** (3, d) row-major; the vector is the image's mean red, green, blue times this. */
  readonly weights?: readonly number[];
  readonly batch?: Extent;
  readonly side?: Extent;
  readonly inputs?: readonly onnx.IValueInfoProto[];
  /** Names of further two-dimensional outputs, copies of the first. */
  readonly output?: string;
  readonly more?: readonly string[];
  /** Gives (b, 2, d): the vector, and zeros. */
  readonly tokens?: boolean;
  /** ONNX's number of the type: 1 float32, 10 float16, 2 uint8. */
  readonly type?: number;
}

/** Mean over the image, then a matrix: an image encoder of a few numbers. */
export function tinyOnnx({
  weights = [1, 0, 0, 2, 0, 0, 0, 0, 3],
  batch = 'batch',
  side = 8,
  output = 'image_embeds',
  more = [],
  tokens = false,
  type = floats,
}: TinyOnnx = {}): Uint8Array {
  const d = weights.length / 3;
  const nodes: onnx.INodeProto[] = [];
  const half = type !== floats;
  const node = (opType: string, input: string[], out: string, attribute: onnx.IAttributeProto[] = []) =>
    nodes.push({ opType, input, output: [out], attribute });
  const cast = (to: number): onnx.IAttributeProto => ({ name: 'to', type: 2, i: to });
  if (half) node('Cast', ['pixel_values'], 'pixels', [cast(floats)]);
  node('GlobalAveragePool', [half ? 'pixels' : 'pixel_values'], 'pooled');
  node('Flatten', ['pooled'], 'colors');
  node('MatMul', ['colors', 'weights'], half || tokens ? 'plain' : output);
  if (tokens) {
    node('Unsqueeze', ['plain', 'one'], 'first');
    node('Sub', ['first', 'first'], 'zero');
    node('Concat', ['first', 'zero'], output, [{ name: 'axis', type: 2, i: 1 }]);
  } else if (half) node('Cast', ['plain'], output, [cast(type)]);
  for (const name of more) node('Identity', [output], name);
  const outDims = tokens ? [batch, 2, d] : [batch, d];
  const bytes = new Uint8Array(Float32Array.from(weights).buffer);
  const model: onnx.IModelProto = {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'tiny',
      node: nodes,
      initializer: [
        { name: 'weights', dataType: floats, dims: [3, d], rawData: bytes },
        { name: 'one', dataType: 7, dims: [1], rawData: new Uint8Array(BigInt64Array.of(1n).buffer) },
      ],
      input: [value('pixel_values', type, [batch, 3, side, side])],
      output: [output, ...more].map((name) => value(name, type, outDims)),
    },
  };
  return onnx.ModelProto.encode(onnx.ModelProto.create(model)).finish();
}

export const tinyPreprocessor = {
  size: { height: 8, width: 8 },
  image_mean: [0, 0, 0],
  image_std: [1, 1, 1],
};

/** A folder in Hugging Face's layout. */
export function putOnnxFolder(
  folder: string,
  model: Uint8Array,
  preprocessor: unknown = tinyPreprocessor,
): string {
  const path = put(join(folder, 'onnx/model.onnx'), model);
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  return dirname(dirname(path));
}
