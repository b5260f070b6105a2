// Starts main.js, once more in a fresh process where the environment must change first.
// An allocator can only be preloaded, and OpenBLAS reads its settings when it loads, before any of our code runs.
import { fileURLToPath } from 'node:url';
import { launchEnvironment, needsRelaunch, thisMachine } from './environment.js';
import { endLike, runScript } from './relaunch.js';

const machine = thisMachine();
if (needsRelaunch(process.env, machine)) {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  endLike(await runScript(main, process.argv.slice(2), launchEnvironment(process.env, machine)));
} else {
  await import('./main.js');
}
