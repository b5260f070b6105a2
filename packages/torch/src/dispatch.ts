// From generated functions to the dispatcher: operators resolved at first use, handles wrapped into tensors.
import { native, type Passed } from './native.js';
import type { Tensor } from './tensor.js';

export { native };

export interface Operator {
  readonly name: string;
  readonly overload: string;
  id: number | undefined;
}

export function operator(name: string, overload: string): Operator {
  return { name, overload, id: undefined };
}

/** Looks an operator up in the loaded LibTorch. @throws where that version has none of this name. */
export function resolve(op: Operator): number {
  op.id = native.resolve(op.name, op.overload);
  return op.id;
}

// tensor.ts sets this when it loads: the generated file must not import it (Tensor extends TensorOps).
let construct: (handle: number) => Tensor;

export function setTensorConstructor(make: (handle: number) => Tensor): void {
  construct = make;
}

export function wrap(result: unknown): Tensor {
  return construct(result as number);
}

export function wrapAll(result: unknown): Tensor[] {
  return (result as number[]).map(construct);
}

export function handles(tensors: readonly (Tensor | null)[]): Passed[] {
  return tensors.map((tensor) => (tensor === null ? null : tensor.handle));
}
