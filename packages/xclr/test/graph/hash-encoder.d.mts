// Types of hash-encoder.mjs.
import type { EncodedCaptions, TextEncoder } from '../../src/graph/text-encoder.js';

export const dimensions: number;
export function hashEncoder(
  milliseconds?: number,
  identity?: string,
  width?: number,
): Omit<TextEncoder, 'encode'> & {
  readonly calls: readonly (readonly string[])[];
  encode(captions: readonly string[]): Promise<Required<EncodedCaptions>>;
};
