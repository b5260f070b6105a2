import type { InferenceSession } from 'onnxruntime-node';
import type { ValueRange } from '../../data/decode/image-bytes.js';
import { fromHalves, toHalves } from '../../graph/float16.js';
import { checksumOfFiles } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import {
  bytesOfInput,
  type ImageEncoder,
  type ImageInput,
  type PreparedImage,
  type PrepareOptions,
} from './image-encoder.js';
import { findOnnxFiles, type OnnxFiles } from './onnx-files.js';
import { type ChosenOutput, chooseOutput, describeValues, type Pooling } from './onnx-output.js';
import { OnnxSession } from './onnx-session.js';
import type { Preparation } from './preparation.js';
import { Preprocessor } from './preprocessor.js';
import type { Rows } from './session-protocol.js';
import { normalizeRows_ } from './unit-rows.js';

/** Threads and pooling of an ONNX encoder. */
export interface OnnxEncoderOptions {
  /** For models that give a vector a token. */
  readonly pooling?: Pooling | undefined;
  /** Threads within an operator; all cores by default. */
  readonly threads?: number | undefined;
}

interface Input {
  readonly name: string;
  readonly half: boolean;
  /** The batch that the model is fixed to; undefined where any will do. */
  readonly batch: number | undefined;
}

/** An ONNX model as an image encoder. */
export class OnnxEncoder implements ImageEncoder {
  readonly name: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly preparation: Preparation;
  readonly imageRange: ValueRange | undefined;
  readonly notice: string | undefined;
  readonly #session: OnnxSession;
  readonly #input: Input;
  readonly #output: ChosenOutput;
  readonly #preprocessor: Preprocessor;

  private constructor(
    files: OnnxFiles,
    fingerprint: string,
    session: OnnxSession,
    parts: { input: Input; output: ChosenOutput; preprocessor: Preprocessor; dimensions: number },
  ) {
    this.name = files.model;
    this.fingerprint = fingerprint;
    this.#session = session;
    this.#input = parts.input;
    this.#output = parts.output;
    this.#preprocessor = parts.preprocessor;
    const config: unknown = JSON.parse(parts.preprocessor.identity);
    this.imageRange = parts.preprocessor.range;
    this.notice = parts.preprocessor.notice;
    this.preparation = {
      kind: 'preprocessor',
      config,
      where: files.preprocessor,
      range: this.imageRange,
    };
    this.dimensions = parts.dimensions;
  }

  /** @throws {UserError} for a damaged file, one that takes no images, or one that gives no vector */
  static async load(path: string, { pooling, threads }: OnnxEncoderOptions = {}): Promise<OnnxEncoder> {
    const files = findOnnxFiles(path);
    const preprocessor = Preprocessor.read(files.preprocessor);
    const session = await openSession(files.model, threads);
    try {
      const input = chooseInput(session.inputs, preprocessor, files.model);
      const output = chooseOutput(session.outputs, pooling, files.model);
      const { width, height } = preprocessor;
      const probe = await run(session, input, output, {
        pixels: new Float32Array((input.batch ?? 1) * 3 * height * width),
        shape: [input.batch ?? 1, 3, height, width],
        model: files.model,
      });
      const dimensions = probe.dims.at(-1)!;
      const fingerprint = await fingerprintOf(files, [
        preprocessor.identity,
        output.name,
        output.pooling ?? '',
      ]);
      return new OnnxEncoder(files, fingerprint, session, { input, output, preprocessor, dimensions });
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  prepare(image: ImageInput, { limitPixels }: PrepareOptions = {}): Promise<PreparedImage> {
    return Promise.resolve().then(() =>
      this.#preprocessor.prepare(bytesOfInput(image, limitPixels, this.imageRange), limitPixels),
    );
  }

  async embed(images: readonly PreparedImage[]): Promise<Float32Array> {
    const rows = new Float32Array(images.length * this.dimensions);
    const step = this.#input.batch ?? images.length;
    for (let start = 0; start < images.length; start += step) {
      const part = await this.#embedPart(images.slice(start, start + step), step);
      rows.set(
        part.subarray(0, Math.min(part.length, rows.length - start * this.dimensions)),
        start * this.dimensions,
      );
    }
    return normalizeRows_(rows, this.dimensions, `encoder ${this.name}`);
  }

  /** (batch, d): rows beyond the images there are have no meaning. */
  async #embedPart(images: readonly PreparedImage[], batch: number): Promise<Float32Array> {
    const { width, height } = this.#preprocessor;
    const pixels = new Float32Array(batch * 3 * height * width);
    images.forEach((image, i) => {
      pixels.set(image.pixels, i * 3 * height * width);
    });
    const shape = [batch, 3, height, width];
    const { dims, data } = await run(this.#session, this.#input, this.#output, {
      pixels,
      shape,
      model: this.name,
    });
    if (dims[0] !== batch || dims.at(-1) !== this.dimensions) {
      throw new UserError(
        `encoder ${this.name}: expected (${batch}, ${this.dimensions}) from ${this.#output.name}, got (${dims.join(', ')})`,
        'The batch must be the first dimension of the output.',
      );
    }
    const values = data instanceof Float32Array ? data : fromHalves(data as Uint16Array);
    return this.#output.pooling === undefined ? values : pooled(values, dims, this.#output.pooling);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }
}

async function openSession(model: string, threads: number | undefined): Promise<OnnxSession> {
  try {
    return await OnnxSession.open({ model, threads });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `encoder ${model} cannot be opened: ${(error as Error).message}`,
      'The file is damaged, or of an ONNX version that this onnxruntime does not know: export or download it again.',
    );
  }
}

function chooseInput(
  inputs: readonly InferenceSession.ValueMetadata[],
  { width, height }: Preprocessor,
  model: string,
): Input {
  const [only] = inputs;
  const found =
    inputs.find((input) => input.name === 'pixel_values') ?? (inputs.length === 1 ? only : undefined);
  if (found === undefined || !found.isTensor || found.shape.length !== 4) {
    throw new UserError(
      `encoder ${model}: expected one input of images (b, 3, h, w), it has ${describeValues(inputs)}`,
      'Use the vision part of the model only.',
    );
  }
  if (found.type !== 'float32' && found.type !== 'float16') {
    throw new UserError(
      `encoder ${model}: expected float32 or float16 images, ${found.name} takes ${found.type}`,
      'Export it with floating-point inputs.',
    );
  }
  const [batch, ...image] = found.shape;
  const wanted = [3, height, width];
  if (image.some((extent, i) => typeof extent === 'number' && extent > 0 && extent !== wanted[i])) {
    throw new UserError(
      `encoder ${model}: ${found.name} takes (${image.join(', ')}), the preprocessor makes (${wanted.join(', ')})`,
      'preprocessor_config.json belongs to another model, or its size must be changed.',
    );
  }
  return {
    name: found.name,
    half: found.type === 'float16',
    batch: typeof batch === 'number' && batch > 0 ? batch : undefined,
  };
}

/** One pass through the model, with its own words where it fails. @param pixels (b, 3, h, w), handed over */
async function run(
  session: OnnxSession,
  input: Input,
  output: ChosenOutput,
  { pixels, shape, model }: { pixels: Float32Array<ArrayBuffer>; shape: number[]; model: string },
): Promise<Rows> {
  const values = input.half
    ? ({ type: 'float16', data: toHalves(pixels) } as const)
    : ({ type: 'float32', data: pixels } as const);
  let result: Rows;
  try {
    result = await session.run({ input: input.name, output: output.name, shape, ...values });
  } catch (error) {
    throw new UserError(
      `encoder ${model} failed on images (${shape.join(', ')}): ${(error as Error).message}`,
      'Use the preprocessor_config.json that belongs to this model.',
    );
  }
  if (result.type !== 'float32' && result.type !== 'float16') {
    throw new UserError(
      `encoder ${model}: expected ${output.name} to be float32 or float16, got ${result.type}`,
      'Use the float32 file of the model.',
    );
  }
  return result;
}

/** (n, tokens, d) → (n, d). */
function pooled(values: Float32Array, dims: readonly number[], pooling: Pooling): Float32Array {
  const [n = 0, tokens = 0, d = 0] = dims;
  const rows = new Float32Array(n * d);
  const taken = pooling === 'cls' ? 1 : tokens;
  for (let i = 0; i < n; i++)
    for (let t = 0; t < taken; t++)
      for (let j = 0; j < d; j++) rows[i * d + j]! += values[(i * tokens + t) * d + j]! / taken;
  return rows;
}

async function fingerprintOf({ model, external }: OnnxFiles, settings: readonly string[]): Promise<string> {
  return await checksumOfFiles([model, ...external], { followedBy: JSON.stringify(settings) });
}
