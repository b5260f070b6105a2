// Prints "PASSED FAILED SKIPPED" from vitest's JSON report. A file that failed to load counts as one failure.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
console.log(
  report.numPassedTests,
  report.numFailedTests + brokenFiles,
  report.numPendingTests + report.numTodoTests,
);
