// xclr/train: settings, the training itself, the run folder that it writes.
export {
  type ConfigSources,
  type GivenFlag,
  type GraphConfig,
  type Method,
  methods,
  recipeFile,
  recipeNames,
  resolveTrainConfig,
  type TrainConfig,
  type TrainSettings,
} from '../train/config.js';
export { RunFolder, type RunRecord } from '../train/run-folder.js';
export { runTraining, type SessionOptions } from '../train/session.js';
export type { TrainingOutcome, TrainingProgress } from '../train/trainer.js';
