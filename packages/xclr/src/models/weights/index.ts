// Weights of encoders: every format and every naming that is read, and what is written.
export { checkArchitecture, timmNames, type WantedEncoder } from './architecture.js';
export { applyWeights, loadEncoderWeights, saveWeights, saveWeightsAs } from './load.js';
export { type OpenedWeights, openWeights } from './source.js';
export { openStateFile, type StateFile } from './state-file.js';
