// Networks as ONNX files: recorded from the module tree, folded, in half precision, in 8 bits.

export type { Graph } from '../../util/onnx/graph.js';
export { type ModelInfo, modelBytes } from '../../util/onnx/model-file.js';
export { calibrate } from './calibrate.js';
export { foldBatchNorm } from './fold-batch-norm.js';
export { quantize, type ValueRange, valuesToQuantize } from './quantize.js';
export { recordNetwork } from './record-network.js';
export { toFloat16 } from './to-float16.js';
