// Ctrl-C and SIGTERM: the first asks for a stop after the present step, a later one ends the process.

/** npm passes Ctrl-C on besides the terminal's own: a second signal this soon (ms) is the same one. */
const sameSignal = 500;

/** What a shell expects of a process that a signal ended: 128 and the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exitCodes;

/** Aborts at the first signal; the reason is the signal's name. */
export function interruptSignal(saying = 'stopping after this step'): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const ask = (signal: Signal) => {
    const now = performance.now();
    if (controller.signal.aborted) {
      if (now - first > sameSignal) process.exit(exitCodes[signal]);
      return;
    }
    first = now;
    controller.abort(signal);
    process.stderr.write(`\n${saying} (again to stop at once) …\n`);
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return controller.signal;
}

/** Lets the process end as one that was interrupted, so that `xclr train … && xclr export …` goes no further. */
export function exitInterrupted({ reason }: AbortSignal): void {
  process.exitCode = exitCodes[reason as Signal] ?? exitCodes.SIGINT;
}
