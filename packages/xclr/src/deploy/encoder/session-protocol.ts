// What an ONNX session and its thread say to each other.
import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** The thread's `workerData`. */
export interface SessionStart {
  readonly model: string;
  /** Threads within an operator; all cores by default. */
  readonly threads: number | undefined;
}

/** One pass through the model. */
export interface Pass {
  readonly id: number;
  readonly input: string;
  readonly output: string;
  readonly type: 'float32' | 'float16';
  readonly data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** What a pass gave. */
export type Rows = Pick<Tensor, 'type' | 'dims' | 'data'>;

export interface Opened {
  readonly inputs: readonly InferenceSession.ValueMetadata[];
  readonly outputs: readonly InferenceSession.ValueMetadata[];
}

/** Anything may fail; `error` says how. */
export type SessionAnswer =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'not opened'; readonly error: string }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: Rows }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string };
