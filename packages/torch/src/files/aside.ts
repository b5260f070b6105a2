// Names of temporary files and folders, which tell the process that writes them, and the clearing of those that a killed
// process left.
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { hasEnded, type ProcessIdentity, thisProcess } from './process-identity.js';

/** Whether the writer on another host still runs cannot be known; after a day what it left counts as abandoned. */
const abandonedMs = 24 * 3_600_000;
/** Longest name of a file, in bytes, on the usual file systems. */
const longestName = 255;

let serial = 0;

const digits = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** `pid-start-boot-host`; boot and host by eight digits of their hashes, and what is not known as 0. */
function markOf({ pid, host, boot, started }: ProcessIdentity): string {
  return `${pid}-${started ?? 0}-${boot === null ? 0 : digits(boot)}-${digits(host)}`;
}

const pattern = /^\.(.+)\.(\d+)-(\d+)-(0|[0-9a-f]{8})-([0-9a-f]{8})-\d+-\d+\.tmp$/;

/** A new name beside `path` for what is to become it: hidden, and not taken by any other process, thread or call. */
export function asideOf(path: string): string {
  const mark = `.${markOf(thisProcess())}-${threadId}-${serial++}.tmp`;
  return join(dirname(path), `.${shortened(basename(path), longestName - 1 - mark.length)}${mark}`);
}

/** As many whole characters from the start as fit into so many bytes. */
function shortened(name: string, bytes: number): string {
  let length = 0;
  let kept = '';
  for (const character of name) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

/** What lies beside `path` and was to become it, the newest first. */
export function asidesOf(path: string): string[] {
  const folder = dirname(path);
  const named = namesIn(folder).filter((name) => pattern.exec(name)?.[1] === basename(path));
  const times = new Map(named.map((name) => [name, changed(join(folder, name))]));
  return named.sort((a, b) => times.get(b)! - times.get(a)!).map((name) => join(folder, name));
}

/** Removes what processes that have ended were writing in `folder`. What a running process writes is left alone. */
export function clearAsides(folder: string): void {
  for (const name of namesIn(folder))
    if (abandoned(folder, name)) rmSync(join(folder, name), { recursive: true, force: true });
}

const cleared = new Set<string>();

/** `clearAsides` at the first call for a folder in this process, so that a thousand writes list it once. */
export function clearAsidesOnce(folder: string): void {
  const place = resolve(folder);
  if (cleared.has(place)) return;
  cleared.add(place);
  clearAsides(place);
}

function abandoned(folder: string, name: string): boolean {
  const match = pattern.exec(name);
  if (match === null) return false;
  const here = thisProcess();
  const [, , pid, started, boot, host] = match;
  if (host !== digits(here.host)) return Date.now() - changed(join(folder, name)) > abandonedMs;
  if (boot !== '0' && here.boot !== null && boot !== digits(here.boot)) return true;
  const writer = { pid: Number(pid), host: here.host, boot: here.boot };
  return hasEnded({ ...writer, started: started === '0' ? null : started! });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is none, or it cannot be listed: nothing is to be cleared
  }
}

const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
