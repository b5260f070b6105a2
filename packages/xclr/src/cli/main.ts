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
<<<<<<< HEAD

/** What a user can act on, without a stack; null for a fault of ours. */
function explain(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  // By its name: importing its class would load @xclr/torch for every command.
  if (error instanceof Error && error.name === 'LibtorchError') return error.message;
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'ENOSPC') {
    return `the disk is full: ${error.message}\n  → free some space; the last checkpoint is intact, and --resume continues from it`;
  }
  if (error.code === 'EACCES' || error.code === 'EROFS')
    return `${error.message}\n  → choose a folder that you may write to`;
  return null;
}
=======
>>>>>>> 7ec3850 (embed takes images alone; pages go to xclr-reports/<data>/; wrong paths, numbers and columns are answered with a remedy)
