// The training settings: one typed object, validated once at the edge (a file, flags or a program's own values).
export { type Flag, type GivenFlag, trainFlags } from './config/flags.js';
export { encoderNames } from './config/model.js';
export {
  type ConfigSources,
  type GraphConfig,
  type Method,
  resolveTrainConfig,
  type TrainConfig,
} from './config/resolve.js';
export { methods } from './config/schema.js';
