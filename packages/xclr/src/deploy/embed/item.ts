// What is known of one embedded image, beside its vector.
import type { ImageRef, Sample } from '../../data/index.js';
import { UserError } from '../../util/errors.js';

/** What is stored beside a vector: id, captions, columns, image. */
export interface Item {
  /** Unique within an index. */
  readonly id: string;
  readonly captions: readonly string[];
  /** Where the image lies; null where that is not known (an upload). */
  readonly image: ImageRef | null;
  /** label, split and the source's other columns, for filters. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Items and their unit rows, in the same order. */
export interface EmbeddedItems {
  readonly items: readonly Item[];
  /** (n, dimensions) row-major. */
  readonly vectors: Float32Array;
}

export function itemOf({ id, captions, label, split, image, attributes }: Sample): Item {
  return {
    id,
    captions: [...captions],
    image,
    columns: { ...(label !== null && { label }), ...(split !== null && { split }), ...attributes },
  };
}

/** @throws {UserError} where two items have one id */
export function refuseRepeatedIds(items: readonly Item[]): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id)) {
      throw new UserError(
        `index: the id '${id}' appears twice`,
        'Ids must be unique: check the data, and the list of files.',
      );
    }
    seen.add(id);
  }
}
