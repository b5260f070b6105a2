// When a few broken samples are listed and passed over, and when there are so many that the run must stop.

import { UserError } from '../util/errors.js';
import type { Problem } from './types.js';

/** Fewer problems than this never stop a run, whatever their fraction. */
const fewProblems = 10;

/** Default for the fraction of samples that may be unusable. */
const defaultFailureRate = 0.1;

/** Problems as lines for people: the first few, then how many more. */
export function listProblems(problems: readonly Problem[], { limit = 10 } = {}): string {
  const lines = problems.slice(0, limit).map((problem) => `  ${problem.where}: ${problem.reason}`);
  if (problems.length > limit) lines.push(`  … and ${problems.length - limit} more`);
  return lines.join('\n');
}

/** Throws when more than `fraction` of `total` samples, and at least ten, are unusable. Warnings do not count. */
export function refuseTooManyProblems(
  operation: string,
  problems: readonly Problem[],
  total: number,
  fraction = defaultFailureRate,
): void {
  const failures = problems.filter((problem) => !problem.warning);
  if (failures.length < fewProblems || failures.length <= fraction * total) return;
  throw new UserError(
    `${operation}: ${failures.length} of ${total} samples cannot be used, more than the ${(fraction * 100).toFixed(0)} % allowed:\n${listProblems(failures)}`,
    'Repair or remove these files, or allow a higher rate with --data-max-failure-rate.',
  );
}
