// What a run of the tests as another processor needs in its environment, and the table of such runs.
import { relative } from 'node:path';

/** The environment of one combination. `all` takes every instruction that the processor has. */
export function combinationEnvironment(instructions, threads) {
  // Convolutions and matrix products of oneDNN, LibTorch's own kernels, and OpenBLAS each choose theirs by themselves.
  const lower = {
    AVX2: { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2', OPENBLAS_CORETYPE: 'Haswell' },
    AVX512_CORE: { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE' },
    all: {},
  }[instructions];
  if (lower === undefined) {
    throw new Error(`--instructions: expected AVX2, AVX512_CORE or all, got ${instructions}`);
  }
  // vitest.config.ts sets one thread, whatever the environment of the command says.
  return { ...lower, XCLR_TEST_THREADS: String(threads) };
}

/** Totals and the names of the failed tests from vitest's JSON report. A file that failed to load counts as one failure. */
export function failuresOf(report, root) {
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${relative(root, name)} (not loaded)`];
    return failed.map(({ fullName }) => `${relative(root, name)}: ${fullName}`);
  });
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/** A Markdown table of the combinations, and the tests that failed in each. */
export function markdown(results) {
  const rows = results.map(
    ({ instructions, threads, passed, failed, skipped, seconds }) =>
      `| ${instructions} | ${threads} | ${passed} | ${failed} | ${skipped} | ${seconds} |`,
  );
  const failures = results.flatMap(({ instructions, threads, failures }) =>
    failures.map((failure) => `- ${instructions}, ${threads}: ${failure}`),
  );
  const head = [
    '| instructions | threads | passed | failed | skipped | seconds |',
    '|---|---:|---:|---:|---:|---:|',
  ];
  return [...head, ...rows, ...(failures.length > 0 ? ['', ...failures] : [])].join('\n');
}
