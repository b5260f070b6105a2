// Networks as ONNX files: recorded from the module tree, folded, in half precision, in 8 bits.
export { calibrate } from './calibrate.js';
export { foldBatchNorm } from './fold-batch-norm.js';
export type { Graph } from './graph.js';
export { type ModelInfo, modelBytes } from './model-file.js';
export { quantize, type ValueRange, valuesToQuantize } from './quantize.js';
export { recordNetwork } from './record-network.js';
export { toFloat16 } from './to-float16.js';
