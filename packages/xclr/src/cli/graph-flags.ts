// The flags that `xclr graph …` shares with `xclr train`: the data, the graph, the batch, the seed.
import type { Command } from 'commander';
import { type Flag, resolveTrainConfig, type TrainConfig, trainFlags } from '../train/config.js';
import { addTrainFlags, givenFlags } from './train-flags.js';

const sections = ['data', 'graph', 'method', 'batchSize', 'seed'];
/** Train's flags of the data, the graph and the batch. */
export const graphFlags: readonly Flag[] = trainFlags.filter(
  ({ path }) => sections.includes(path[0]!) && path.join('.') !== 'data.path',
);

/** Adds them; the path of the data is the command's argument, and --config reads a training's own file. */
export function addGraphFlags(command: Command): Command {
  return addTrainFlags(
    command.option('--config <file>', 'YAML file with the settings of a training; flags override it'),
    graphFlags,
  );
}

/** The settings as training would resolve them. */
export function graphConfig(command: Command, path: string): TrainConfig {
  const { config: file } = command.opts<{ config?: string }>();
  return resolveTrainConfig({ base: { data: { path } }, file, flags: givenFlags(command, graphFlags) });
}
