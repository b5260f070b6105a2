// One writer at a time: a file with the writer's process id, which a killed writer leaves behind harmlessly.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../util/errors.js';

const POLL_MS = 50;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** False where another living process holds it. */
function take(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    const fresh = Date.now() - statSync(path).mtimeMs < 5000; // its id may not be written yet
    if (holder > 0 ? alive(holder) : fresh) return false;
    rmSync(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return take(path);
}

/**
 * Waits until no other process writes, then holds the lock until disposed.
 * @throws {UserError} after `patienceMs`
 */
export async function lockFile(path: string, patienceMs = 3_600_000): Promise<Disposable> {
  const started = Date.now();
  while (!take(path)) {
    if (Date.now() - started > patienceMs) {
      throw new UserError(
        `caption store: process ${readFileSync(path, 'utf8')} has held ${path} for ${Math.round(patienceMs / 1000)} s`,
        'Wait for it; if it is no xclr process, delete that file.',
      );
    }
    await sleep(POLL_MS);
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}
