// Ends a relaunched process when the one that started it is gone: `kill -9` of what the user sees must not leave a
// training behind that nobody sees.
import { hasEnded, type ProcessIdentity, thisProcess } from '@xclr/torch/files';
import { parentMark } from './parent-mark.js';

/** What tells a process that this one started it, for its environment; see `runScript`. */
export const markParent = (): Readonly<Record<string, string>> => ({
  [parentMark]: JSON.stringify(thisProcess()),
});

/**
 * Watches for the parent's end and then sends this process a SIGTERM, which training answers by saving.
 * Looks once a second, and after the step under way; does not keep the process alive.
 */
export function watchParent(environment: NodeJS.ProcessEnv = process.env): void {
  const parent = parentIn(environment[parentMark]);
  delete environment[parentMark]; // what this process starts has another parent
  if (parent === null) return;
  // Gone already, if it was killed while this process began: then another is the parent by now.
  if (process.ppid !== parent.pid && !hasEnded(parent)) return;
  const timer = setInterval(() => {
    if (process.ppid === parent.pid) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  timer.unref();
}

function parentIn(mark: string | undefined): ProcessIdentity | null {
  try {
    return mark === undefined ? null : (JSON.parse(mark) as ProcessIdentity);
  } catch {
    return null;
  }
}
