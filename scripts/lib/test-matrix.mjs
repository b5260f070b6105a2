// The results of running the tests as another processor, and their table.
import { relative } from 'node:path';

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
