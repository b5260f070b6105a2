// What the page and its encoder's worker say to each other.
import type { PreprocessorConfig } from './preprocess.js';

/** What the worker must know of a model. */
export interface LoadedModel {
  /** Bytes of the model, for the progress of the first load. */
  readonly modelBytes: number;
  readonly preprocessor: PreprocessorConfig;
}

/** app.json: what `xclr export --web` wrote beside the page. */
export interface AppConfig extends LoadedModel {
  readonly title: string;
  readonly items: number;
  readonly dimensions: number;
}

/** items.json holds one for each row of the vectors. */
export interface Item {
  readonly id: string;
  readonly title: string;
  /** Where its small image (WebP) lies in images.bin. */
  readonly from: number;
  readonly to: number;
}

export type ToWorker =
  | { readonly kind: 'load'; readonly model: string; readonly runtime: string; readonly config: LoadedModel }
  | { readonly kind: 'embed'; readonly id: number; readonly image: ImageBitmap };

export type FromWorker =
  | { readonly kind: 'loading'; readonly bytes: number }
  | { readonly kind: 'ready'; readonly threads: number }
  | {
      readonly kind: 'embedded';
      readonly id: number;
      readonly vector: Float32Array;
      readonly preprocessMs: number;
      readonly encodeMs: number;
    }
  /** `id` is absent where loading failed. */
  | { readonly kind: 'failed'; readonly id?: number; readonly message: string };
