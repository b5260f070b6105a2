// What a PyTorch checkpoint's pickle may hold: tensors that are described and not read yet, and plain values.
import type { Dtype } from '@xclr/torch';

/** Numbers in a row, which several tensors may share. */
export interface StorageRef {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly length: number;
}

/** Which elements of a storage make a tensor. */
export interface TensorRef {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  /** First element. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
}

/** A function or class that a pickle names, as far as it is known here; unknown ones are refused where they are named. */
export interface Callable {
  readonly kind: 'callable';
  readonly name: string;
  /** What calling it gives. */
  readonly call: (args: readonly unknown[]) => unknown;
}

/** An object of no interest (settings of a training run, say), of which only the class's name is kept. */
export class PassedOver {
  constructor(readonly className: string) {}
}

const hasKind = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === kind;

export const isStorage = (value: unknown): value is StorageRef => hasKind(value, 'storage');
export const isTensor = (value: unknown): value is TensorRef => hasKind(value, 'tensor');
export const isCallable = (value: unknown): value is Callable => hasKind(value, 'callable');
