// What the studio asks of a process of its own, and what that answers.
import type { ImageRef } from '../data/index.js';
import type { Loose } from './run-files.js';

/** What is looked for in an index. */
export type SearchedFor =
  | { readonly id: string }
  | { readonly text: string }
  /** Bytes of an image file. */
  | { readonly image: Uint8Array };

export type AsideJob =
  | { readonly kind: 'index'; readonly path: string }
  | { readonly kind: 'search'; readonly path: string; readonly by: SearchedFor; readonly k: number }
  /** `name`: what the file is called on the page. */
  | { readonly kind: 'embeddings'; readonly path: string; readonly name: string }
  /** Where an item's image lies. */
  | { readonly kind: 'image'; readonly path: string; readonly id: string }
  /** Where an image of a run's data lies. */
  | {
      readonly kind: 'sample-image';
      readonly path: string;
      /** The run's settings. */
      readonly config: Loose;
      readonly id: string;
    }
  /** What is at some places of the data that a run saw, and what all images of a label are called. */
  | {
      readonly kind: 'samples';
      readonly path: string;
      readonly config: Loose;
      readonly places: readonly number[];
      readonly labels: readonly string[];
    }
  /** A WebP of the whole image within a square of so many pixels. */
  | { readonly kind: 'thumbnail'; readonly image: ImageRef; readonly size: number };

export interface NamedSamples {
  /** One for each place; null where the data have none. */
  readonly samples: readonly ({
    readonly id: string;
    readonly caption: string;
    readonly label: string | null;
  } | null)[];
  /** By label, where all its images have one caption. */
  readonly captions: Readonly<Record<string, string>>;
}

export interface IndexFacts {
  readonly size: number;
  /** Its encoder, as it was named when the index was built. */
  readonly encoder: string;
  readonly dimensions: number;
  /** False where it was built without a map from words. */
  readonly words: boolean;
  readonly columns: readonly string[];
}

export interface FoundItem {
  readonly id: string;
  readonly similarity: number;
  readonly caption: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface AsideResults {
  readonly index: IndexFacts;
  readonly search: readonly FoundItem[];
  /** JSON of an EmbeddingsAnswer, gzipped: of 100,000 items it has ten megabytes, and two so. */
  readonly embeddings: Uint8Array<ArrayBuffer>;
  readonly image: ImageRef | null;
  readonly 'sample-image': ImageRef | null;
  readonly samples: NamedSamples;
  readonly thumbnail: Uint8Array<ArrayBuffer>;
}

export type AsideAnswer =
  | { readonly call: number; readonly result: AsideResults[AsideJob['kind']] }
  /** `remedy`: of a UserError, whose message is meant for the page. */
  | {
      readonly call: number;
      readonly error: string;
      readonly user: boolean;
      readonly remedy: string | undefined;
    };
