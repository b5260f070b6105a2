// The precisions that an export can hold, and what each must keep.

export const formats = ['float32', 'float16', 'int8'] as const;
/** The precision of an exported model: 'float32', 'float16' or 'int8'. */
export type Format = (typeof formats)[number];

/** Names that transformers.js looks for: dtype fp32, fp16, q8. */
export const fileNames: Record<Format, string> = {
  float32: 'onnx/model.onnx',
  float16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_quantized.onnx',
};

/** The largest relative difference to LibTorch that is taken for rounding. */
export const largestDifference: Partial<Record<Format, number>> = { float32: 1e-4, float16: 1e-2 };
