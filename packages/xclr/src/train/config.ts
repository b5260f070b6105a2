// The training settings: one typed object, validated once at the edge (a file, flags or a program's own values).

export {
  type AskedTrainConfig,
  type Choice,
  type Circumstances,
  fitTrainConfig,
  type TrainConfig,
} from './config/fit.js';
export { type Flag, type GivenFlag, trainFlags } from './config/flags.js';
export { type EncoderName, encoderNames } from './config/model.js';
export { recipeFile, recipeNames } from './config/recipes.js';
export {
  askTrainConfig,
  type ConfigSources,
  type GraphConfig,
  type Method,
  mergeSettings,
  resolveTrainConfig,
} from './config/resolve.js';
export { settingsThatMayChangeOnResume } from './config/resume-settings.js';
export { methods, type TrainSettings } from './config/schema.js';
