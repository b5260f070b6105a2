// A module: its parameters, buffers and children are found by reflection over its fields.
import { noGrad } from '../autograd.js';
import { type Device, type Dtype, isFloating, type MemoryFormat } from '../dtype.js';
import { keep, scoped } from '../scope.js';
import { Tensor } from '../tensor.js';
import { type LoadOptions, type LoadReport, loadInto } from './state-dict.js';

declare const role: unique symbol;
/** A tensor that is trained. It lives outside scopes: its module's `dispose` frees it. */
export type Parameter = Tensor & { readonly [role]: 'parameter' };
/** A tensor that is saved but not trained, such as running statistics. It lives outside scopes. */
export type Buffer = Tensor & { readonly [role]: 'buffer' };

const roles = new WeakMap<Tensor, 'parameter' | 'buffer'>();

/** Makes a tensor a module's parameter: kept out of scopes, with gradients. Takes the tensor over. */
export function parameter(tensor: Tensor): Parameter {
  roles.set(tensor, 'parameter');
  return keep(tensor.requiresGrad_()) as Parameter;
}

/** Makes a tensor a module's buffer: kept out of scopes, without gradients. Takes the tensor over. */
export function buffer(tensor: Tensor): Buffer {
  roles.set(tensor, 'buffer');
  return keep(tensor) as Buffer;
}

/** Any module, whatever goes in and comes out. */
export type AnyModule = Module<never[], unknown>;

export interface ModuleToOptions {
  device?: Device;
  /** Only floating tensors change; counters stay int64. */
  dtype?: Dtype;
  /** Only 4-d tensors (convolution weights) change. */
  memoryFormat?: MemoryFormat;
}

const stateNames = new Map<string, string>();

/** camelCase → snake_case, the state dict's names; remembered, as a training loop may ask every step. */
function stateName(field: string): string {
  let name = stateNames.get(field);
  if (name === undefined) {
    name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    stateNames.set(field, name);
  }
  return name;
}

/**
 * The base of all layers and models. `Inputs` and `Output` are `forward`'s; the default is tensor → tensor.
 *
 * Fields holding a `parameter(…)`, a `buffer(…)` or a Module belong to it, under the field's name in
 * snake_case, so that state dicts carry PyTorch's names. `#private` fields are not looked at.
 */
export abstract class Module<Inputs extends unknown[] = [input: Tensor], Output = Tensor> {
  training = true;

  abstract forward(...inputs: Inputs): Output;

  /**
   * Runs `forward` in a scope of its own: intermediates are released when it returns, so that what backward
   * does not need is free, and warm memory is reused, before the next module runs.
   */
  call(...inputs: Inputs): Output {
    // A scope refuses promises by type, which TypeScript cannot tell of an `Output` still open.
    return scoped(() => this.forward(...inputs) as Output extends PromiseLike<unknown> ? never : Output);
  }

  /** This module's own members by state-dict name, in order; containers name theirs otherwise. */
  protected members(): [name: string, member: Tensor | AnyModule][] {
    const found: [string, Tensor | AnyModule][] = [];
    for (const [field, member] of Object.entries(this)) {
      if (member instanceof Tensor || member instanceof Module) found.push([stateName(field), member]);
    }
    return found;
  }

  /** This module and all below it, parents first, by dotted name; this one's is `prefix`. */
  namedModules(prefix = ''): Map<string, AnyModule> {
    const found = new Map<string, AnyModule>();
    const seen = new Set<AnyModule>();
    const visit = (module: AnyModule, name: string) => {
      if (seen.has(module)) return;
      seen.add(module);
      found.set(name, module);
      for (const [key, member] of module.members()) {
        if (member instanceof Module) visit(member, name === '' ? key : `${name}.${key}`);
      }
    };
    visit(this, prefix);
    return found;
  }

  /** Trained tensors by dotted name, each once even if two modules share it. */
  namedParameters(): Map<string, Parameter> {
    const found = new Map<string, Parameter>();
    const seen = new Set<Tensor>();
    for (const [name, tensor] of this.#tensors(['parameter'])) {
      if (!seen.has(tensor)) found.set(name, tensor as Parameter);
      seen.add(tensor);
    }
    return found;
  }

  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }

  namedBuffers(): Map<string, Buffer> {
    return this.#tensors(['buffer']) as Map<string, Buffer>;
  }

  /** Parameters and buffers by PyTorch's names. The tensors are the module's own, not copies. */
  stateDict(): Map<string, Tensor> {
    return this.#tensors(['parameter', 'buffer']);
  }

  /**
   * Copies `state` into this module, converting floating dtypes and devices.
   * Strict (the default) throws an error naming every missing, unexpected and of another size key before anything
   * is changed; otherwise what fits is copied and the rest reported.
   */
  loadStateDict(state: ReadonlyMap<string, Tensor>, options: LoadOptions = {}): LoadReport {
    return loadInto(this.stateDict(), state, options);
  }

  train(on = true): this {
    for (const module of this.namedModules().values()) module.training = on;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Moves or converts every tensor in place (gradients too), so that optimizers keep hold of the same ones. */
  to({ device, dtype, memoryFormat }: ModuleToOptions): this {
    const convert = (tensor: Tensor) =>
      tensor.to({
        ...(device !== undefined && { device }),
        ...(dtype !== undefined && isFloating(tensor.dtype) && { dtype }),
        ...(memoryFormat !== undefined && tensor.ndim === 4 && { memoryFormat }),
      });
    for (const tensor of new Set(this.stateDict().values())) {
      scoped(() =>
        noGrad(() => {
          const { grad } = tensor;
          tensor.setData(convert(tensor));
          if (grad !== null) tensor.setGrad(convert(grad));
        }),
      );
    }
    return this;
  }

  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.setGrad(null);
  }

  /** Frees every parameter and buffer; the module is of no use afterwards. */
  dispose(): void {
    for (const tensor of this.stateDict().values()) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #tensors(wanted: readonly string[]): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [prefix, module] of this.namedModules()) {
      // PyTorch's order: a module's parameters, its buffers, then its children's.
      const members = module.members();
      for (const kind of wanted) {
        for (const [key, member] of members) {
          if (!(member instanceof Tensor) || roles.get(member) !== kind) continue;
          found.set(prefix === '' ? key : `${prefix}.${key}`, member);
        }
      }
    }
    return found;
  }
}

/** What a leaf's call gives while it is recorded; see `recordLeaves`. */
export type LeafRecorder = (leaf: AnyModule, inputs: readonly unknown[]) => unknown;

let recorder: LeafRecorder | null = null;

/**
 * Runs `fn` with every leaf's call handed to `record` in place of its `forward`: a network is written down by calling it
 * on stand-ins for tensors, as torch.fx does.
 */
export function recordLeaves<T>(record: LeafRecorder, fn: () => T): T {
  const before = recorder;
  recorder = record;
  try {
    return fn();
  } finally {
    recorder = before;
  }
}

/** Whether leaves are recorded now, so that they must be called one by one. */
export const recordsLeaves = (): boolean => recorder !== null;

/** A module of one operator. It makes no intermediates, so its call needs no scope. */
export abstract class Leaf<Inputs extends unknown[] = [input: Tensor], Output = Tensor> extends Module<
  Inputs,
  Output
> {
  override call(...inputs: Inputs): Output {
    if (recorder !== null) return recorder(this, inputs) as Output;
    return this.forward(...inputs);
  }
}
