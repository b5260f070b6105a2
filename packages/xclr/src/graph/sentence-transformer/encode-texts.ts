// Texts to vectors by a transformer: cut to what it takes, and run in batches of one length.
import { UserError } from '../../util/errors.js';
import { captionMarks, type EncodedCaptions } from '../text-encoder.js';
import type { Rows } from './apply-modules.js';
import type { TextTokenizer } from './text-model.js';
import { batchesOfOneLength, cutTokens } from './token-batch.js';

/** What of a model its texts pass through. */
export interface TextRun {
  /** The model's, for errors. */
  readonly name: string;
  readonly tokenizer: TextTokenizer;
  readonly maxTokens: number;
  /** Texts a run of the model. */
  readonly batch: number;
  /** What is tokenized in place of a caption: a prompt before it, lower case. Left out: the caption. */
  readonly prepare?: (caption: string) => string;
  /** Vectors of texts of as many tokens each. */
  readonly run: (texts: readonly (readonly number[])[]) => Promise<Rows>;
}

/** Vectors of captions, each the same alone and in a batch. Throws a UserError where a caption is empty. */
export async function encodeTexts(
  captions: readonly string[],
  { name, tokenizer, maxTokens, batch, prepare, run }: TextRun,
  onProgress?: (done: number, total: number) => void,
): Promise<EncodedCaptions> {
  const empty = captions.findIndex((caption) => caption.trim() === '');
  if (empty >= 0) throw new UserError(`${name}: captions must not be empty, got one at index ${empty}`);
  const tokenized = captions.map((caption) => cutTokens(tokenizer, prepare?.(caption) ?? caption, maxTokens));
  const lengths = tokenized.map(({ ids }) => ids.length);
  const marks = Uint8Array.from(tokenized, ({ cut }) => (cut ? captionMarks.cut : 0));
  const truncated = tokenized.filter(({ cut }) => cut).length;
  let vectors = new Float32Array();
  let dimensions = 0;
  let done = 0;
  for (const members of batchesOfOneLength(lengths, batch)) {
    const { values, width } = await run(members.map((i) => tokenized[i]!.ids));
    if (dimensions === 0) {
      dimensions = width;
      vectors = new Float32Array(captions.length * width);
    }
    for (const [row, i] of members.entries())
      vectors.set(values.subarray(row * width, (row + 1) * width), i * width);
    done += members.length;
    onProgress?.(done, captions.length);
  }
  const of = `${truncated} of ${captions.length} captions were longer than ${maxTokens} tokens and were truncated`;
  return { vectors, dimensions, notes: truncated === 0 ? [] : [of], marks };
}
