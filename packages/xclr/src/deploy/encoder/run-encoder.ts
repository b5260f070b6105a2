// The encoder of a run folder, on LibTorch: what evaluation sees, an image at a time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad, scoped, setNumThreads, type Tensor, tensor } from '@xclr/torch';
import { evaluationView, type Recipe } from '../../data/augment/index.js';
import type { ValueRange } from '../../data/decode/image-bytes.js';
import { aspectsOf, type DecodedImage, imageTensors, limitInputPixels } from '../../data/index.js';
import { loadCheckpointModel } from '../../train/checkpoint.js';
import type { TrainConfig } from '../../train/config.js';
import { datasetOptions } from '../../train/dataset-options.js';
import { chooseDevice } from '../../train/device.js';
import { setPrecision } from '../../train/precision.js';
import type { RunFolder } from '../../train/run-folder.js';
import { createEvaluationModel, type TrainingModel } from '../../train/training-model.js';
import { viewRecipe } from '../../train/view-recipe.js';
import { viewSource } from '../../train/view-source.js';
import { sha256 } from '../../util/checksum.js';
import { usualThreads } from '../../util/threads.js';
import {
  bytesOfInput,
  type ImageEncoder,
  type ImageInput,
  type PreparedImage,
  type PrepareOptions,
} from './image-encoder.js';
import { type Preparation, preparer } from './preparation.js';
import { preprocessorConfig } from './preprocessor-config.js';
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
  readonly notice: string | undefined;
  readonly #model: TrainingModel;
  readonly #device: string;
  readonly #recipe: Recipe;
  /** Of the view, in pixels. */
  readonly #size: number;
  readonly #prepare: ReturnType<typeof preparer>;

  constructor(run: RunFolder, { checkpoint = 'last', device, threads }: RunEncoderOptions = {}) {
    const { config } = run.readRecord();
    setNumThreads(threads ?? usualThreads());
    this.#device = chooseDevice(device ?? 'auto');
    setPrecision('float32', this.#device);
    this.#recipe = viewRecipe(config.views);
    this.#size = config.views.size;
    this.imageRange = datasetOptions(config).imageRange;
    this.notice = config.notice;
    this.preparation = { ...preparationOf(config), range: this.imageRange };
    this.#prepare = preparer(this.preparation);
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
      JSON.stringify([this.preparation, this.#size, this.#recipe.evaluation, this.#recipe.normalize]),
    );
  }

  async prepare(
    image: ImageInput,
    { limitPixels = limitInputPixels }: PrepareOptions = {},
  ): Promise<PreparedImage> {
    return this.#prepare(bytesOfInput(image, limitPixels, this.imageRange), limitPixels);
  }

  async embed(images: readonly PreparedImage[]): Promise<Float32Array> {
    const rows = scoped(() =>
      noGrad(() => {
        const views = this.#views(images).to({ device: this.#device, memoryFormat: 'channels_last' }); // (n, 3, size, size)
        const features = this.#model.encoder.call(views); // (n, d)
        const out = new Float32Array(images.length * this.dimensions);
        features.to({ dtype: 'float32', device: 'cpu' }).copyTo(out);
        return out;
      }),
    );
    return normalizeRows_(rows, this.dimensions, `encoder ${this.name}`);
  }

  /** (n, 3, size, size) float32, as they were prepared, or cut now. */
  #views(images: readonly PreparedImage[]): Tensor {
    const size = this.#size;
    if (this.preparation.kind === 'preprocessor') {
      const each = 3 * size * size;
      const planes = new Float32Array(images.length * each);
      images.forEach(({ pixels }, i) => {
        planes.set(pixels, i * each);
      });
      return tensor(planes, { shape: [images.length, 3, size, size] });
    }
    const decoded = images as readonly DecodedImage[]; // what this preparation gives
    return evaluationView(imageTensors(decoded), {
      aspect: aspectsOf(decoded),
      ids: new Int32Array(images.length), // whatever chance is left must not depend on an image's place
      size,
      recipe: this.#recipe,
      seed: 0,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#model[Symbol.dispose]();
  }
}

/**
 * What evaluation shows. A center crop is prepared as the exported model's own preprocessor does it, so that both give the same
 * vectors, and so that another process can do it without LibTorch; a recipe that places cut-outs has no such form.
 */
function preparationOf(config: TrainConfig): Preparation {
  const { views } = config;
  return viewRecipe(views).evaluation.geometry.kind === 'crop'
    ? { kind: 'preprocessor', config: preprocessorConfig(config), where: 'the settings of the run' }
    : { kind: 'decoded', size: viewSource(views) };
}
