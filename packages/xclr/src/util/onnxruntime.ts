// onnxruntime-node, which runs ONNX models: an optional package, for its 288 MB are of use only to those who run exported
// encoders or sentence transformers.
import { createRequire } from 'node:module';
import { UserError } from './errors.js';

/** Loads it when a model is to be run. @throws {UserError} where it is not installed */
export async function loadOnnxruntime(): Promise<typeof import('onnxruntime-node')> {
  requireOnnxruntime();
  return import('onnxruntime-node');
}

/**
 * For code that loads it later, or in another thread.
 * @param instead what does without it: 'train with --text-encoder wordnet'
 * @throws {UserError} where it is not installed
 */
export function requireOnnxruntime(instead?: string): void {
  if (!hasOnnxruntime()) throw notInstalled(instead);
}

/** Whether it is installed. */
export function hasOnnxruntime(): boolean {
  try {
    createRequire(import.meta.url).resolve('onnxruntime-node');
    return true;
  } catch {
    return false;
  }
}

function notInstalled(instead?: string): UserError {
  return new UserError(
    'the npm package onnxruntime-node, which runs exported encoders, sentence transformers and other ONNX models, is not installed',
    `Run: npm install --ignore-scripts onnxruntime-node   (its install script would download CUDA files that are not used here)${
      instead === undefined ? '' : `; or ${instead}`
    }`,
  );
}
