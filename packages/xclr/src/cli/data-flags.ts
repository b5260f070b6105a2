// The flags that `xclr data …` shares with `xclr train`: how a source is read, and how its images are shown.
import type { Command } from 'commander';
import { type Flag, resolveTrainConfig, type TrainConfig, trainFlags } from '../train/config.js';
import { addTrainFlags, givenFlags } from './train-flags.js';

/** What the commands that show images take besides the data: how views are made, and which images are drawn. */
export const viewSections: readonly string[] = ['data', 'views', 'seed'];

/** Settings of the data that mean something only when a model is trained; the path is the command's argument. */
const trainingOnly = ['data.path', 'data.train', 'data.captionTemplate', 'data.maxFailureRate'];

/** Where the data are shards on a server: they go with the section 'data'. */
const ofServers = ['cacheSize', 'cacheFolder'];

/** Train's flags of these sections ('data', 'views', 'seed', …). */
export function sharedFlags(sections: readonly string[]): readonly Flag[] {
  const all = sections.includes('data') ? [...sections, ...ofServers] : sections;
  return trainFlags.filter(({ path }) => all.includes(path[0]!) && !trainingOnly.includes(path.join('.')));
}

/** Adds them to `command`. */
export function addSharedFlags(command: Command, sections: readonly string[]): Command {
  return addTrainFlags(command, sharedFlags(sections));
}

/**
 * The settings that the flags make for the data at `path`. However much of it is broken, it is opened: to look at
 * what is broken is what these commands are for.
 */
export function sharedConfig(command: Command, path: string, sections: readonly string[]): TrainConfig {
  return resolveTrainConfig({
    base: { data: { path, maxFailureRate: 1 } },
    flags: givenFlags(command, sharedFlags(sections)),
  });
}
