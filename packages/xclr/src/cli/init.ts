// `xclr init`: a commented settings file that fits the data and this machine.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { proposeSettings } from '../init/index.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { Cancelled, terminalAsker } from './ask.js';
import { initFlags } from './init-flags.js';
import { givenFlags } from './train-flags.js';

export interface InitOptions {
  readonly output: string;
  readonly yes?: true;
  readonly force?: true;
}

export async function initCommand(
  path: string,
  { output, yes, force }: InitOptions,
  command: Command,
): Promise<void> {
  checkOutput(output, force === true);
  const asks = yes !== true && process.stdin.isTTY && process.stderr.isTTY;
  using asker = asks ? terminalAsker({ input: process.stdin, output: process.stderr }) : undefined;
  try {
    const { dataLine, summary, problems, text } = await proposeSettings(path, {
      flags: givenFlags(command, initFlags),
      ...(asker !== undefined && { asker }),
    });
    writeFileAtomic(output, text(output));
    for (const { title, text: what, remedy } of problems)
      process.stderr.write(`✗ ${title}\n    ${what}${remedy === undefined ? '' : `\n    → ${remedy}`}\n`);
    console.log(`${path}: ${dataLine}\n${summary}\n→ ${output}`);
    console.log(`Next:\n  xclr train --config ${output} --dry-run\n  xclr train --config ${output}`);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    process.stderr.write('\ncancelled: nothing was written\n');
    process.exitCode = 130;
  }
}

/** Said before any question. */
function checkOutput(output: string, force: boolean): void {
  const there = statSync(output, { throwIfNoEntry: false });
  if (output.trim() === '' || there?.isDirectory())
    throw new UserError(
      `init: --output must be a file, got ${output.trim() === '' ? 'nothing' : `the folder ${output}`}`,
      'Name a file, such as xclr.yaml.',
    );
  if (!/\.(ya?ml|json)$/i.test(output))
    throw new UserError(`init: --output must end in .yaml, got ${output}`, `Name it ${output}.yaml.`);
  if (there !== undefined && !force)
    throw new UserError(
      `init: ${output} is there already`,
      'Overwrite it with --force, or choose another name with --output.',
    );
  if (!existsSync(dirname(output)))
    throw new UserError(
      `init: there is no folder ${dirname(output)} for ${output}`,
      'Make the folder first.',
    );
}
