// The command line: one file a command; each parses, calls the library and prints.
import { Command } from 'commander';
import { UserError } from '../util/errors.js';
import { version } from '../util/version.js';
import { register as registerCompare } from './compare.js';
import { register as registerData } from './data.js';
import { register as registerDistill } from './distill.js';
import { register as registerDoctor } from './doctor.js';
import { register as registerEmbed } from './embed.js';
import { register as registerEval } from './eval.js';
import { register as registerExport } from './export.js';
import { register as registerGraph } from './graph.js';
import { register as registerIndex } from './index-command.js';
import { register as registerQuickstart } from './quickstart.js';
import { register as registerSearch } from './search.js';
import { register as registerServe } from './serve.js';
import { register as registerTrain } from './train.js';

const program = new Command('xclr')
  .description(
    'Trains vision encoders that know how similar things are.\n\n' +
      'Captions say that a cat is somewhat like a dog and little like a truck; X-CLR (the X-Sample Contrastive Loss) ' +
      'trains an image encoder until its similarities follow.',
  )
  .version(version)
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Start here:
  xclr quickstart                          train on emoji drawings, offline, and see the report
  xclr train --data images/              a folder with one folder a class
  xclr train --data products.csv --encoder resnet18 --epochs 50
  xclr eval runs/xclr-products             how good is it?
  xclr compare --preset photos --data images/   X-CLR beside SimCLR, SupCon, CLIP and others
  xclr doctor                              is this machine set up well?`,
  );

for (const register of [
  registerQuickstart,
  registerTrain,
  registerEval,
  registerCompare,
  registerExport,
  registerDistill,
  registerEmbed,
  registerIndex,
  registerSearch,
  registerServe,
  registerData,
  registerGraph,
  registerDoctor,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  const message = explain(error);
  if (message === null) throw error;
  console.error(`xclr: ${message}`);
  process.exitCode = 1;
}

/** What a user can act on, without a stack; null for a fault of ours. */
function explain(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'ENOSPC') {
    return `the disk is full: ${error.message}\n  → free some space; what was saved before is whole, and --resume resumes from there`;
  }
  if (error.code === 'EACCES' || error.code === 'EROFS')
    return `${error.message}\n  → choose a folder that you may write to`;
  return null;
}
