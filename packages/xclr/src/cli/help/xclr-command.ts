// A command whose help has topics, and whose errors name the help.
import { Command, type ErrorOptions, type Help } from 'commander';
import { fullName } from './full-name.js';
import { allTopics } from './guide.js';
import { XclrHelp } from './xclr-help.js';

/** Exit status for a command line that cannot be understood; 1 is for work that failed. */
const wrongUsage = 2;

/** commander's typings leave this method out. */
const base = Command.prototype as unknown as { unknownOption(this: Command, flag: string): never };

export class XclrCommand extends Command {
  /** The topic of help that was asked for, on the whole program. */
  helpTopic: string | undefined;

  override createCommand(name?: string): Command {
    const command = new XclrCommand(name);
    command.helpTopic = this.helpTopic;
    command.helpOption('-h, --help', 'Print this help');
    return command;
  }

  override createHelp(): Help {
    return Object.assign(new XclrHelp(this.helpTopic), this.configureHelp());
  }

  /** Suggests among all options, those of other topics too. */
  unknownOption(flag: string): never {
    this.helpTopic = allTopics;
    return base.unknownOption.call(this, flag);
  }

  override error(message: string, options: ErrorOptions = {}): never {
    const said = message.replace(/^error: /, 'xclr: ');
    return super.error(`${said}\n  → ${fullName(this)} --help lists what it takes.`, {
      ...options,
      exitCode: wrongUsage,
    });
  }
}
