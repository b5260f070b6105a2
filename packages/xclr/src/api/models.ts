// xclr/models: encoders by name, the projector, the text tower, weights in and out.
export { Projector, type ProjectorOptions } from '../models/projector.js';
export { createEncoder, type Encoder, type EncoderName, encoderNames } from '../models/registry.js';
export { TextTower, type TextTowerOptions } from '../models/text-tower.js';
export { loadEncoderWeights, saveWeights } from '../models/weights/load.js';
