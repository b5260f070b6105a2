// The training settings that `xclr init` takes as flags: all but the data's path, which is its argument, and resuming.
import { type Flag, trainFlags } from '../train/config.js';

export const initFlags: readonly Flag[] = trainFlags.filter(
  ({ path }) => !['data.path', 'resume'].includes(path.join('.')),
);
