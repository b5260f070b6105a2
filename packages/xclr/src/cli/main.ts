// The command line: finds the command, runs it, and says what a user can do about an error.
import { exitCodeOf, explainError } from './explain-error.js';
import { parentMark } from './parent-mark.js';
import { programFor } from './program.js';

if (process.env[parentMark] !== undefined) (await import('./parent-watch.js')).watchParent();
let done = false;
process.once('beforeExit', () => {
  if (done) return;
  // Nothing is left that could end what is awaited: Node ends here with status 13 and no word.
  console.error('xclr: the command ended before its work was done');
  console.error('  → This is a fault of xclr: please report it, with the command.');
});
try {
  const { program, args } = await programFor(process.argv.slice(2));
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  const message = explainError(error);
  if (message === null) throw error;
  console.error(`xclr: ${message}`);
  process.exitCode = exitCodeOf(error);
}
done = true;
