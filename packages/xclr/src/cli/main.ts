// The command line: one file a command; each parses, calls the library and prints.
import { Command } from 'commander';
import { UserError } from '../util/errors.js';
import { version } from '../util/version.js';
import { register as registerDoctor } from './doctor.js';
import { register as registerEmoji } from './emoji.js';
import { register as registerEval } from './eval.js';
import { register as registerQuickstart } from './quickstart.js';
import { register as registerTrain } from './train.js';

const program = new Command('xclr')
  .description(
    'Trains vision encoders that know how alike things are.\n\n' +
      'Captions say that a cat is somewhat like a dog and little like a truck; X-CLR (the X-Sample Contrastive\n' +
      'Loss) trains a picture encoder until its similarities follow.',
  )
  .version(version)
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Start here:
  xclr quickstart                          train on emoji drawings, offline, and see the report
  xclr train --data pictures/              a folder with one folder a class
  xclr train --data products.csv --encoder resnet18 --epochs 50
  xclr eval runs/xclr-products             how good is it?
  xclr doctor                              is this machine set up well?`,
  );

for (const register of [registerQuickstart, registerTrain, registerEval, registerEmoji, registerDoctor])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`xclr: ${error.message}`);
  process.exitCode = 1;
}
