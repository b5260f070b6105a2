// What the studio asks of a process of its own, and what that answers.
import type { ImageRef } from '../data/index.js';

/** What is looked for in an index. */
export type SearchedFor =
  | { readonly id: string }
  | { readonly text: string }
  /** Bytes of an image file. */
  | { readonly image: Uint8Array };

export type AsideJob =
  | { readonly kind: 'index'; readonly path: string }
  | { readonly kind: 'search'; readonly path: string; readonly by: SearchedFor; readonly k: number }
  | { readonly kind: 'embeddings'; readonly path: string }
  /** Where an item's image lies. */
  | { readonly kind: 'image'; readonly path: string; readonly id: string };

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
  /** JSON of an EmbeddingsAnswer without its name, as bytes: of 100,000 items it has some megabytes. */
  readonly embeddings: Uint8Array<ArrayBuffer>;
  readonly image: ImageRef | null;
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
