// The command line: finds the command, runs it, and says what a user can do about an error.
import { explainError } from './explain-error.js';
import { watchParent } from './parent-watch.js';
import { programFor } from './program.js';

watchParent();
try {
  const { program, args } = await programFor(process.argv.slice(2));
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  const message = explainError(error);
  if (message === null) throw error;
  console.error(`xclr: ${message}`);
  process.exitCode = 1;
}
