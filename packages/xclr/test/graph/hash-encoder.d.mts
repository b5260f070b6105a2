// Types of hash-encoder.mjs.
import type { TextEncoder } from '../../src/graph/text-encoder.js';

export const dimensions: number;
export function hashEncoder(
  milliseconds?: number,
  identity?: string,
  width?: number,
): TextEncoder & { readonly calls: readonly (readonly string[])[] };
