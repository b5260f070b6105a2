// Ends a relaunched process when the one that started it is gone: `kill -9` of what the user sees must not leave a
// training behind that nobody sees.

/** Names the process that started this one, in its environment; see `runScript`. */
export const parentMark = 'XCLR_PARENT';

/**
 * Watches for the parent's end and then sends this process a SIGTERM, which training answers by saving.
 * Looks once a second, and after the step under way; does not keep the process alive.
 */
export function watchParent(environment: NodeJS.ProcessEnv = process.env): void {
  const parent = Number(environment[parentMark]);
  delete environment[parentMark]; // what this process starts has another parent
  if (!(parent > 1) || process.ppid !== parent) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  timer.unref();
}
