// Starts main.js, once more in a fresh process where the environment must change first.
// An allocator can only be preloaded, and OpenBLAS reads its settings when it loads, before any of our code runs.
import { fileURLToPath } from 'node:url';
import { asksForHelp } from './asks-for-help.js';

const args = process.argv.slice(2);
if (asksForHelp(args) || !(await relaunched())) await import('./main.js');

/** True where the command ran in a process of its own, because the environment had to change. */
async function relaunched(): Promise<boolean> {
  const { launchEnvironment, needsRelaunch, thisMachine } = await import('./environment.js');
  const machine = thisMachine(args[0]);
  if (!needsRelaunch(process.env, machine)) return false;
  const { endLike, runScript } = await import('./relaunch.js');
  const { explainEnding } = await import('./explain-ending.js');
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const ending = await runScript(main, args, launchEnvironment(process.env, machine));
  const explanation = explainEnding(ending);
  if (explanation !== null) process.stderr.write(`\n${explanation}\n`);
  endLike(ending);
  return true;
}
