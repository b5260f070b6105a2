// One writer at a time: a file that names its holder, which a killed writer leaves behind harmlessly. The lock needs no
// heartbeat, so that a holder may compute for minutes without a turn of the event loop, as a training step does.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, type ProcessIdentity, thisProcess } from '@xclr/torch/files';
import { UserError } from './errors.js';

const pollMs = 50;
/** Two that clear a dead holder's lock at once can both believe to hold it; after so long the file says who does. */
const settleMs = 20;
/** A lock file without content is being written now, unless it is older than this. */
const writingMs = 5000;

/** What a lock file holds, as JSON. */
export interface LockHolder extends ProcessIdentity {
  /** One for each taking, so that a process does not mistake another of its locks for this one. */
  readonly token: string;
}

export interface LockOptions {
  /** How long to wait for another holder; an hour by default, 0 does not wait. */
  readonly patienceMs?: number;
  /** What is locked and what is being done with it, for the message: "pack: out/ is being packed". */
  readonly what?: string;
  /** Hears once that another holds it, and who, where this takes longer than a moment; standard error by default. */
  readonly onWait?: (message: string) => void;
}

/** Whose lock is not free after so long is told whom it waits for. */
const momentMs = 500;

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Who this process is to others who want the lock. @internal */
export function thisHolder(): LockHolder {
  return { ...thisProcess(), token: randomUUID() };
}

/** What a lock file says, or null where it says nothing that can be read. */
function holderIn(text: string | null): LockHolder | null {
  try {
    const holder = JSON.parse(text ?? '') as LockHolder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : null;
  } catch {
    return null;
  }
}

function create(path: string, content: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
  try {
    writeSync(file, content);
    return true;
  } catch (error) {
    rmSync(path, { force: true }); // the disk is full: an empty lock would keep the next one out
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Takes away the lock of a holder that is gone; puts it back where it had become somebody else's meanwhile. */
function clearStale(path: string, stale: string, token: string): void {
  const aside = `${path}.${token}`;
  try {
    renameSync(path, aside);
    if (textOf(aside) !== stale) linkSync(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Removes what a process left aside that was killed while it cleared a stale lock. Nobody puts back the lock of a holder that is gone. */
function clearAsides(path: string): void {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  for (const name of readdirSync(folder)) {
    if (
      !name.startsWith(prefix) ||
      !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(name.slice(prefix.length))
    )
      continue;
    const holder = holderIn(textOf(join(folder, name)));
    if (holder !== null && hasEnded(holder)) rmSync(join(folder, name), { force: true });
  }
}

/** False where somebody else holds it. */
function take(path: string, me: LockHolder): boolean {
  const content = JSON.stringify(me);
  if (create(path, content)) return true;
  const text = textOf(path);
  if (text === null) return create(path, content);
  const holder = holderIn(text);
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const stale = holder === null ? Math.abs(Date.now() - written) > writingMs : hasEnded(holder);
  if (!stale) return false;
  clearStale(path, text, me.token);
  return create(path, content);
}

/** Another process holds the lock. */
export class LockHeld extends UserError {}

function holderOf(path: string): string {
  const holder = holderIn(textOf(path));
  return holder === null ? 'another process' : `process ${holder.pid} on host ${holder.host}`;
}

function held(
  path: string,
  { what = `the lock ${path} is held` }: LockOptions,
  patienceMs: number,
): LockHeld {
  const long = patienceMs > 0 ? `, waited for ${Math.round(patienceMs / 1000)} s` : '';
  return new LockHeld(
    `${what} by ${holderOf(path)}${long}`,
    `Wait until it has finished. If it no longer runs, delete ${path}.`,
  );
}

/**
 * Waits until nobody else holds the lock, then holds it until disposed.
 * @throws {LockHeld} after `patienceMs`, with the holder's process and host
 */
export async function lockFile(path: string, options: LockOptions = {}): Promise<Disposable> {
  const { patienceMs = 3_600_000, what = `the lock ${path} is held`, onWait = console.error } = options;
  const me = thisHolder();
  const mine = () => holderIn(textOf(path))?.token === me.token;
  const began = performance.now(); // which no setting of the clock changes
  let told = false;
  for (;;) {
    if (take(path, me)) {
      await sleep(settleMs);
      if (mine()) break;
    }
    const waited = performance.now() - began;
    if (waited >= patienceMs) throw held(path, options, patienceMs);
    if (waited >= momentMs && !told) {
      onWait(`${what} by ${holderOf(path)}: waiting until it has finished …`);
      told = true;
    }
    await sleep(pollMs);
  }
  clearAsides(path);
  return {
    [Symbol.dispose]: () => {
      if (mine()) rmSync(path, { force: true });
    },
  };
}
