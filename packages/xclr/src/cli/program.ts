// The command line as commander sees it: all commands by name, the one that was asked for in full.
import { Command } from 'commander';
import { version } from '../util/version.js';
import { addCommands, commands } from './commands/index.js';

/** The program for `args`, the words after `xclr`. */
export async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('xclr')
    .description(
      'Trains image encoders that learn graded similarity from captions.\n\n' +
        'Captions say that a cat is somewhat like a dog and little like a truck; X-CLR (the X-Sample Contrastive Loss) ' +
        'trains an image encoder to reproduce these similarities.',
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
  xclr doctor                              check how this machine is set up`,
    );
  await addCommands(program, commands, pathOf(args));
  return program;
}

/** The names of commands among the words: ['data', 'inspect'] of `data inspect x.csv` and of `help data inspect`. */
function pathOf(args: readonly string[]): string[] {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words.slice(1) : words;
}
