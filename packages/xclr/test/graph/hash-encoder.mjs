// An encoder for tests of the store: a caption's vector follows from its SHA-256. Plain JavaScript, for child processes.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export const dimensions = 16;

/**
 * @param {number} [milliseconds] how long a call takes
 * @param {string} [identity]
 * @param {number} [width]
 */
export function hashEncoder(milliseconds = 0, identity = 'hash 1', width = dimensions) {
  const calls = /** @type {string[][]} */ ([]);
  return {
    name: 'hash',
    identity,
    usesContext: false,
    independent: true,
    /** Captions of each call. */
    calls,
    /** @param {readonly string[]} captions */
    async encode(captions) {
      calls.push([...captions]);
      await sleep(milliseconds);
      const vectors = new Float32Array(captions.length * width);
      captions.forEach((caption, row) => {
        const digest = createHash('sha256').update(caption).digest();
        const values = Float32Array.from({ length: width }, (_, i) => digest.readInt8(i));
        const length = Math.hypot(...values);
        for (let i = 0; i < width; i++) vectors[row * width + i] = values[i] / length;
      });
      const marks = Uint8Array.from(captions, (caption) => (caption.includes('long') ? 1 : 0));
      return { vectors, dimensions: width, notes: [], marks };
    },
  };
}
