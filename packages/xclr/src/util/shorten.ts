// Long texts cut for places that have room for a few words.

const ellipsis = '…';

/** At most `limit` characters, the ellipsis included; cut after a word where one ends in the last third. */
export function shorten(text: string, limit: number): string {
  const characters = Array.from(text); // by code point, so that no surrogate pair is cut
  if (characters.length <= limit) return text;
  const kept = characters.slice(0, limit - 1).join('');
  const word = kept.search(/\s\S*$/u);
  return `${(word > (2 / 3) * kept.length ? kept.slice(0, word) : kept).trimEnd()}${ellipsis}`;
}

/** Shortens what stands between double quotes and leaves the rest: a sentence about a long caption keeps its point. */
export function shortenQuotes(text: string, limit: number): string {
  return text.replace(/"([^"]+)"/g, (_, quoted: string) => `"${shorten(quoted, limit)}"`);
}
