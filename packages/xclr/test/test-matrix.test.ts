// scripts/test-matrix.mjs and machine-spread.mjs: what is set for each combination, and the table of results.
import { describe, expect, it } from 'vitest';

interface Failures {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

const script = (name: string) => new URL(`../../../scripts/lib/${name}`, import.meta.url).href;
const { combinations } = (await import(script('instructions.mjs'))) as {
  combinations(lists: { instructions: string; threads: string }): readonly object[];
};
const { failuresOf, markdown } = (await import(script('test-matrix.mjs'))) as {
  failuresOf(report: object, root: string): Failures;
  markdown(
    results: readonly (Failures & { instructions: string; threads: number; seconds: number })[],
  ): string;
};

describe('combinations', () => {
  it('are all of two lists; all instructions hold nothing back', () => {
    expect(combinations({ instructions: 'AVX2,all', threads: '1,2' })).toEqual(
      ['AVX2', 'all'].flatMap((instructions) =>
        [1, 2].map((threads) => ({
          instructions,
          threads,
          environment:
            instructions === 'all'
              ? {}
              : { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2', OPENBLAS_CORETYPE: 'Haswell' },
        })),
      ),
    );
  });

  it('of unknown instructions are refused', () => {
    expect(() => combinations({ instructions: 'SSE', threads: '1' })).toThrow(
      /AVX2, AVX512_CORE, all, got SSE/,
    );
  });
});

it('the table counts tests, and names what failed, a file that did not load too', () => {
  const report = {
    numPassedTests: 5,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      { name: '/r/a.test.ts', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'a' }] },
      { name: '/r/b.test.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'b c' }] },
      { name: '/r/d.test.ts', status: 'failed', assertionResults: [] },
    ],
  };
  const found = failuresOf(report, '/r');
  expect(found).toEqual({
    passed: 5,
    failed: 2,
    skipped: 1,
    failures: ['b.test.ts: b c', 'd.test.ts (not loaded)'],
  });
  expect(
    markdown([{ instructions: 'AVX2', threads: 2, seconds: 61, ...found }])
      .split('\n')
      .slice(2),
  ).toEqual([
    '| AVX2 | 2 | 5 | 2 | 1 | 61 |',
    '',
    '- AVX2, 2: b.test.ts: b c',
    '- AVX2, 2: d.test.ts (not loaded)',
  ]);
});
