// The gradients of several processes beside those of one that has all samples, for every method.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { start, variablesOf } from './processes.js';

/** Each process has four samples of the data set; the gradients must be those of one process with all. */
export function describeGradients(size: number, given: () => { manifest: string; folder: string }): void {
  describe(`gradients of ${size} processes`, () => {
    const script = fileURLToPath(new URL('./rank.mjs', import.meta.url));
    // wordnet's similarities are float32 whatever the rest, and round otherwise where samples come in another order; prototypes
    // are compared in float32.
    const tolerances = {
      ...{ simclr: 1e-11, clip: 1e-11, 'clip-frozen': 1e-11, supervised: 1e-11 },
      supcon: 1e-6, // its targets are thirds in float32 where four processes have two images of a class
      ...{ xclr: 1e-5, 'supcon+prototypes': 1e-5 },
      // A frozen trunk; parameters that nothing uses.
      ...{ 'simclr+frozen': 1e-11, 'simclr+unused': 1e-11 },
      // Blocks whose inside is made again, with crops of two sizes: eight views, whose targets are sevenths in float32.
      'simclr+recomputed': 1e-6,
    };
    it('are those of one with all samples, for every method, at once and in chunks, in float64', async () => {
      const { manifest, folder } = given();
      const variables = await variablesOf(size);
      const args = [manifest, folder, Object.keys(tolerances).join(), 'float64'];
      const ends = await Promise.all(
        Array.from({ length: size }, (_, rank) => start(script, args, variables(rank)).ended),
      );
      // After 20 steps the weights and their average are the same everywhere, in every bit; frozen ones are what they were.
      for (const { code, err } of ends) expect(code, err).toBe(0);
      const [zero, ...others] = ends.map(({ out }) => JSON.parse(out));
      for (const name of ['simclr', 'simclr+frozen', 'simclr+unused']) {
        for (const one of others) expect(one[`${name} trained`]).toEqual(zero[`${name} trained`]);
        expect(zero[`${name} trained`]).toMatchObject({ moved: true, frozenMoved: false });
      }
      for (const { out } of ends) {
        const results = JSON.parse(out);
        for (const [method, tolerance] of Object.entries(tolerances)) {
          for (const name of [method, `${method} in chunks`]) {
            const { apart, loss, missing, statistics, scale = 0 } = results[name];
            expect(apart, `${name}: gradients`).toBeLessThan(tolerance);
            expect(loss, `${name}: loss`).toBeLessThan(tolerance);
            expect(scale, `${name}: temperature`).toBeLessThan(tolerance);
            expect(missing, `${name}: gradients in one alone`).toBe(0);
            expect(statistics, `${name}: statistics`).toBeLessThan(1e-4); // float32 targets
          }
        }
        expect(results.leaked).toBe(0);
      }
    });
  });
}
