// xclr doctor: what this machine has, what is missing, and what to do about it.
import { maxOf } from '../util/arrays.js';
import { type Check, diagnose } from './doctor/checks.js';
import { collectFacts } from './doctor/facts.js';
import { findSentenceTransformer } from './doctor/sentence-transformer.js';

const marks = { ok: '✓', warn: '!', fail: '✗' } as const;

/** One line per check, the remedy below it, and a closing sentence. */
export function formatChecks(checks: readonly Check[]): string {
  const width = maxOf(checks.map((check) => check.name.length));
  const lines = checks.flatMap(({ name, status, found, remedy }) => [
    `${marks[status]} ${name.padEnd(width)}  ${found}`,
    ...(remedy === null ? [] : [`  ${' '.repeat(width)}  → ${remedy}`]),
  ]);
  return [...lines, '', summary(checks)].join('\n');
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  if (count('fail') > 0) return 'Something is missing: follow the arrows above, from the top.';
  return count('warn') > 0
    ? 'Everything that is needed is here; the arrows above show what could be improved.'
    : 'Everything is set up.';
}

export async function doctorCommand({ json = false }: { json?: boolean }): Promise<void> {
  const checks = diagnose(await collectFacts(findSentenceTransformer()));
  process.stdout.write(`${json ? JSON.stringify(checks, null, 2) : formatChecks(checks)}\n`);
  if (checks.some((check) => check.status === 'fail')) process.exitCode = 1;
}
