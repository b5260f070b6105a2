// One writer at a time: a file with the writer's process id, which a killed writer leaves behind harmlessly.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './errors.js';

const POLL_MS = 50;
/** Two that clear a dead holder's lock at once can both believe to hold it; after so long the file says who does. */
const SETTLE_MS = 20;

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const heldByMe = (path: string): boolean => holderOf(path) === String(process.pid);

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
  for (;;) {
    if (take(path)) {
      await sleep(SETTLE_MS);
      if (heldByMe(path)) break;
    }
    if (Date.now() - started > patienceMs) {
      throw new UserError(
        `process ${holderOf(path)} has been holding the lock ${path} for ${Math.round(patienceMs / 1000)} s`,
        'Wait for it. If that process is not xclr, delete the file.',
      );
    }
    await sleep(POLL_MS);
  }
  return {
    [Symbol.dispose]: () => {
      if (heldByMe(path)) rmSync(path, { force: true });
    },
  };
}
