// Bytes as printable characters, so that tokens can be written in text files: GPT-2's table, which CLIP keeps.

/** Printable bytes stand for themselves, in the order of the vocabulary; the others follow. */
const printable = [
  ...range(0x21, 0x7e), // ! … ~
  ...range(0xa1, 0xac), // ¡ … ¬
  ...range(0xae, 0xff), // ® … ÿ
];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const others = range(0, 255).filter((byte) => !printable.includes(byte));

/** The 256 characters in the vocabulary's order. */
export const byteCharacters: readonly string[] = [
  ...printable.map((byte) => String.fromCharCode(byte)),
  ...others.map((_, i) => String.fromCharCode(256 + i)),
];

const characterOf = new Map([...printable, ...others].map((byte, i) => [byte, byteCharacters[i]!]));

/** A text's UTF-8 bytes, a character each. */
export function asCharacters(text: string): string[] {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => characterOf.get(byte)!);
}
