// Freeing tensors: scopes free them at their end; finalizers free what was made outside a scope.
//
// V8 frees nothing inside a synchronous loop, and knows nothing of the memory behind a handle; so whatever is
// made inside `scoped` is freed when it ends, but for what it returns.
import { native } from './native.js';
import { TensorBase } from './tensor-base.js';

/** What a scope may return and thereby keep: tensors in arrays, maps and plain objects, and anything else. */
function collect(value: unknown, into: Set<TensorBase>): void {
  if (value instanceof TensorBase) into.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (value instanceof Map) for (const item of value.values()) collect(item, into);
  else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) collect(item, into);
  }
}

/**
 * Runs `fn` and frees every tensor made inside, but those in what it returns, which pass to the scope around.
 * Synchronous only: a scope belongs to the thread, and another task would see it across an `await`.
 * @throws {TypeError} if `fn` returns a promise
 */
export function scoped<T>(fn: () => T extends PromiseLike<unknown> ? never : T): T {
  const outer = TensorBase.scope;
  const mine: TensorBase[] = [];
  TensorBase.scope = mine;
  let result: T;
  const escaping = new Set<TensorBase>();
  try {
    result = fn();
    if (result instanceof Promise)
      throw new TypeError('scoped: expected a synchronous function, got one that returns a promise');
    collect(result, escaping);
  } finally {
    TensorBase.scope = outer;
    const freed: number[] = [];
    for (const tensor of mine) {
      if (tensor.disposed || tensor.kept) continue;
      if (escaping.has(tensor)) tensor.adopt();
      else freed.push(tensor.forget());
    }
    native.release(freed);
  }
  return result;
}

/** The innermost scope, for `madeIn`; null outside all. */
export function presentScope(): Scope | null {
  return TensorBase.scope as Scope | null;
}

/** The tensors that a scope frees at its end. */
export type Scope = TensorBase[] & { readonly [scopeBrand]: true };
declare const scopeBrand: unique symbol;

/** Runs `fn` so that what it makes belongs to an outer scope, which must not have ended. */
export function madeIn<T>(scope: Scope | null, fn: () => T): T {
  const inner = TensorBase.scope;
  TensorBase.scope = scope;
  try {
    return fn();
  } finally {
    TensorBase.scope = inner;
  }
}

/** Takes a tensor out of every scope: its owner disposes it. For parameters, buffers and caches. */
export function keep<T extends TensorBase>(tensor: T): T {
  tensor.kept = true;
  return tensor;
}

/** How many tensors this process holds handles to. */
export function liveTensors(): number {
  return native.liveTensors();
}
