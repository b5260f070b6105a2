// The encoder of a run folder, on LibTorch: what evaluation sees, an image at a time.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { noGrad, scoped, setNumThreads, tensor } from '@xclr/torch';
import { evaluationView, type Recipe } from '../../data/augment/index.js';
import type { ValueRange } from '../../data/decode/image-bytes.js';
import { decodeBytes, limitInputPixels } from '../../data/index.js';
import { loadCheckpointModel } from '../../train/checkpoint.js';
import { datasetOptions } from '../../train/dataset-options.js';
import { chooseDevice } from '../../train/device.js';
import type { RunFolder } from '../../train/run-folder.js';
import { createEvaluationModel, type TrainingModel } from '../../train/training-model.js';
import { viewRecipe } from '../../train/view-recipe.js';
import { viewSourceSize } from '../../train/view-source.js';
import { sha256 } from '../../util/checksum.js';
import {
  bytesOfInput,
  type ImageEncoder,
  type ImageInput,
  type PreparedImage,
  type PrepareOptions,
} from './image-encoder.js';
import type { Preparation } from './preparation.js';
import { normalizeRows_ } from './unit-rows.js';

/** Weights and device of a run that is used as an encoder. */
export interface RunEncoderOptions {
  /** 'last' by default; 'best' by validation loss. */
  readonly checkpoint?: 'last' | 'best' | undefined;
  /** As in training: auto, cpu, cuda, cuda:N. Default: auto. */
  readonly device?: string | undefined;
  /** Threads within an operator; all cores by default. */
  readonly threads?: number | undefined;
}

/** float32, features before the projector, as they are (evaluation also takes the training part's mean off). */
export class RunEncoder implements ImageEncoder {
  readonly name: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly preparation: Preparation;
  readonly imageRange: ValueRange | undefined;
  readonly #model: TrainingModel;
  readonly #device: string;
  readonly #recipe: Recipe;
  /** Size of the view and of the decoded image that it is cut from, in pixels. */
  readonly #size: number;
  readonly #sourceSize: number;

  constructor(run: RunFolder, { checkpoint = 'last', device, threads }: RunEncoderOptions = {}) {
    const { config } = run.readRecord();
    setNumThreads(threads ?? availableParallelism());
    this.#device = chooseDevice(device ?? 'auto');
    this.#recipe = viewRecipe(config.views);
    this.#size = config.views.size;
    this.#sourceSize = viewSourceSize(config.views);
    this.imageRange = datasetOptions(config).imageRange;
    this.preparation = { kind: 'square', size: this.#sourceSize, range: this.imageRange };
    this.#model = createEvaluationModel(config).to({
      device: this.#device,
      memoryFormat: 'channels_last',
    });
    const folder = run.file('checkpoints', checkpoint);
    let path: string;
    try {
      ({ path } = loadCheckpointModel(folder, this.#model));
    } catch (error) {
      this.#model[Symbol.dispose]();
      throw error;
    }
    this.#model.eval();
    this.name = run.path;
    this.dimensions = this.#model.encoder.features;
    this.fingerprint = sha256(
      readFileSync(join(path, 'model.safetensors')),
      JSON.stringify([
        this.#size,
        this.#sourceSize,
        this.#recipe.evaluation,
        this.#recipe.normalize,
        ...(this.imageRange === undefined ? [] : [this.imageRange]),
      ]),
    );
  }

  /** pixels: (S, S, 4) RGBA squashed to a square. */
  async prepare(image: ImageInput, options: PrepareOptions = {}): Promise<PreparedImage> {
    const { limitPixels = limitInputPixels } = options;
    const decoded = await decodeBytes(
      bytesOfInput(image, limitPixels, this.imageRange),
      this.#sourceSize,
      limitPixels,
    );
    return image instanceof Uint8Array ? decoded : { ...decoded, aspect: image.aspect ?? decoded.aspect };
  }

  async embed(images: readonly PreparedImage[]): Promise<Float32Array> {
    const side = this.#sourceSize;
    const pixels = new Uint8Array(images.length * side * side * 4);
    images.forEach((image, i) => {
      pixels.set(image.pixels, i * side * side * 4);
    });
    const rows = scoped(() =>
      noGrad(() => {
        const views = evaluationView(
          tensor(pixels, { shape: [images.length, side, side, 4], device: this.#device }),
          {
            aspect: Float32Array.from(images, ({ aspect }) => aspect),
            ids: new Int32Array(images.length), // whatever chance is left must not depend on an image's place
            size: this.#size,
            recipe: this.#recipe,
            seed: 0,
          },
        ); // (n, 3, size, size)
        const features = this.#model.encoder.call(views.to({ memoryFormat: 'channels_last' })); // (n, d)
        const out = new Float32Array(images.length * this.dimensions);
        features.to({ dtype: 'float32', device: 'cpu' }).copyTo(out);
        return out;
      }),
    );
    return normalizeRows_(rows, this.dimensions, `encoder ${this.name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#model[Symbol.dispose]();
  }
}
