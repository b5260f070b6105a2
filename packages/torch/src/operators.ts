// Operators by name, each resolved in the loaded LibTorch when it is first used, and their tensor arguments.
import { native, type Passed } from './native.js';

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

/** A list of tensors as it goes over the border. */
export function handles(tensors: readonly ({ readonly handle: number } | null)[]): Passed[] {
  return tensors.map((tensor) => (tensor === null ? null : tensor.handle));
}
