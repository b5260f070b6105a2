// Ctrl-C: the first asks for a stop after the present step, a later one ends the process.

/** npm passes Ctrl-C on besides the terminal's own: a second signal this soon (ms) is the same one. */
const sameSignal = 500;

export function interruptSignal(saying = 'stopping after this step'): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const ask = () => {
    const now = performance.now();
    if (controller.signal.aborted) {
      if (now - first > sameSignal) process.exit(130);
      return;
    }
    first = now;
    controller.abort();
    process.stderr.write(`\n${saying} (again to stop at once) …\n`);
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return controller.signal;
}
