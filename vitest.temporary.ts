// One folder for everything that a run of the tests writes outside the project: made before the first test, removed after the last, with
// whatever processes that were killed on purpose left in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const prefix = 'xclr-tests-';

export default function temporary(): (() => void) | undefined {
  // Called for each project too. One folder does, and the path of a browser's socket in it must stay short.
  if (basename(tmpdir()).startsWith(prefix)) return undefined;
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.env.TMPDIR = folder; // the workers are forked after this
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}
