// Models by name, projector, and weights in and out.
export { ClipTokenizer } from './byte-pair/tokenizer.js';
export { StochasticDepth } from './mobile-blocks.js';
export { Projector, type ProjectorOptions } from './projector.js';
export { createEncoder, type Encoder, type EncoderName, encoderNames } from './registry.js';
export type { ResNetOptions, ResNetPlan, Stem } from './resnet.js';
export type { TextTowerOptions } from './text-tower.js';
export { AttentionHeads, ClassToken, resizePositions, TokenSequence } from './vision-transformer.js';
export * from './weights/index.js';
