// What CLIP's tokenizer takes for a word.

/** Contractions, runs of letters, single digits, runs of other signs. */
const word = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

/** Lower-case words of a text. Unlike OpenAI's code it does not repair broken encodings (ftfy) or decode HTML entities. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase().match(word) ?? [];
}
