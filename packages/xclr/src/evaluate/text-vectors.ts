// Vectors of the texts that an evaluation asks for: class prompts and captions.

import { keep, type Tensor, tensor } from '@xclr/torch';
import type { TextEncoder } from '../graph/index.js';
import { UserError } from '../util/errors.js';

export interface TextVectors extends Disposable {
  /** What made them, for definitions: 'wordnet'. */
  readonly name: string;
  /**
   * 'images': they lie in one space with the features that are measured, as CLIP's towers give them; 'apart': a map to the
   * images has to be fitted.
   */
  readonly space: 'images' | 'apart';
  /** (m, e) unit rows of some of the texts. @throws for a text that was not encoded */
  of(texts: readonly string[]): Tensor;
}

/** All texts of an evaluation, encoded together: some encoders' vectors can be compared only within one call. */
export async function encodeTexts(encoder: TextEncoder, texts: Iterable<string>): Promise<TextVectors> {
  const distinct = [...new Set(texts)];
  if (distinct.length === 0) throw new UserError('evaluate: there are no texts to encode');
  const { vectors, dimensions } = await encoder.encode(distinct);
  const rows = keep(tensor(vectors, { shape: [distinct.length, dimensions] })); // (u, e)
  return textVectors(rows, distinct, { name: encoder.name, space: 'apart' });
}

/** Takes `rows` over. */
export function textVectors(
  rows: Tensor,
  texts: readonly string[],
  { name, space }: Pick<TextVectors, 'name' | 'space'>,
): TextVectors {
  const places = new Map(texts.map((text, place) => [text, place]));
  return {
    name,
    space,
    of(wanted) {
      const found = wanted.map((text) => {
        const place = places.get(text);
        if (place === undefined) throw new Error(`TextVectors.of: "${text}" was not encoded`);
        return place;
      });
      return rows.indexSelect(0, tensor(Int32Array.from(found))); // (m, e)
    },
    [Symbol.dispose]: () => rows.dispose(),
  };
}
