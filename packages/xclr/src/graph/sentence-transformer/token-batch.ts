// Token ids of captions: cut to what the model takes, and padded to a batch.
import type { TextTokenizer } from './text-model.js';

/**
 * A text's token ids, shortened to what the model takes. The closing special token stays, as Python's tokenizers, and so
 * the model's training, keep it.
 */
export function cutTokens(
  tokenizer: TextTokenizer,
  text: string,
  maxTokens: number,
): { ids: readonly number[]; cut: boolean } {
  const ids = tokenizer.encode(text);
  if (ids.length <= maxTokens) return { ids, cut: false };
  const bare = tokenizer.encode(text, { add_special_tokens: false });
  const specials = ids.length - bare.length;
  let opening = 0;
  while (opening < specials && ids[opening] !== bare[0]) opening++;
  const closing = specials - opening;
  return {
    ids: [...ids.slice(0, maxTokens - closing), ...ids.slice(ids.length - closing)],
    cut: true,
  };
}

/**
 * Tokens that a prompt takes at the start of every text, as sentence-transformers counts them: with the special tokens
 * before it, without one behind it. 0 without a prompt.
 */
export function promptTokens(tokenizer: TextTokenizer, prompt: string): number {
  if (prompt === '') return 0;
  const ids = tokenizer.encode(prompt);
  const bare = tokenizer.encode(prompt, { add_special_tokens: false });
  const closes = ids.length > bare.length && ids.at(-1) !== bare.at(-1);
  return ids.length - (closes ? 1 : 0);
}

/**
 * Places of texts in batches, the longest first; all texts of a batch have the same number of tokens. Padding costs as much
 * as words, and sums over padded rows are rounded in another order: without it, a text has the same vector, bit for bit,
 * alone and in a batch.
 */
export function batchesOfOneLength(lengths: readonly number[], batch: number): number[][] {
  const places = new Map<number, number[]>();
  for (const [i, length] of lengths.entries()) {
    const found = places.get(length);
    if (found === undefined) places.set(length, [i]);
    else found.push(i);
  }
  return [...places.keys()]
    .sort((a, b) => b - a)
    .flatMap((length) => {
      const all = places.get(length)!;
      return Array.from({ length: Math.ceil(all.length / batch) }, (_, i) =>
        all.slice(i * batch, (i + 1) * batch),
      );
    });
}

/** (batch, tokens) ids padded at the end, and 1 where a token is real. */
export function tokenBatch(
  tokenizer: TextTokenizer,
  batch: readonly (readonly number[])[],
): { input: BigInt64Array; mask: Uint8Array; shape: [number, number] } {
  const tokens = batch.reduce((most, ids) => Math.max(most, ids.length), 0);
  const input = new BigInt64Array(batch.length * tokens).fill(BigInt(tokenizer.padId));
  const mask = new Uint8Array(batch.length * tokens);
  for (const [row, ids] of batch.entries()) {
    for (const [t, id] of ids.entries()) {
      input[row * tokens + t] = BigInt(id);
      mask[row * tokens + t] = 1;
    }
  }
  return { input, mask, shape: [batch.length, tokens] };
}
