// Image encoders for use: runs and ONNX files.
export {
  describeEncoder,
  type EncoderIdentity,
  type ImageEncoder,
  type ImageInput,
  identityOf,
  type PreparedImage,
  type PrepareOptions,
} from './image-encoder.js';
export { OnnxEncoder, type OnnxEncoderOptions } from './onnx-encoder.js';
export type { Pooling } from './onnx-output.js';
export { type OpenEncoderOptions, openEncoder } from './open.js';
export { RunEncoder, type RunEncoderOptions } from './run-encoder.js';
