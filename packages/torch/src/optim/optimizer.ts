// What optimizers share: parameter groups, state outside scopes, skipping what has no gradient, state dicts.
import { clearGradients, gradientsOf, noGrad } from '../autograd.js';
import { native } from '../native.js';
import { type Operator, resolve } from '../operators.js';
import { full, zeros, zerosLike } from '../ops.generated.js';
import { keep, scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';

/** Parameters that share hyperparameters; these are mutable, `lr` above all. */
export type Group<Hyper> = Hyper & { readonly params: readonly Tensor[] };

/** One set of parameters, or several groups which override some hyperparameters. */
export type Parameters<Hyper> =
  | { readonly params: Iterable<Tensor> }
  | { readonly groups: readonly (Partial<Hyper> & { readonly params: Iterable<Tensor> })[] };

/** Parameters of one group that have a gradient, with their places among all parameters. */
export interface Batch {
  readonly params: Tensor[];
  readonly grads: Tensor[];
  readonly places: number[];
}

export interface OptimizerState {
  /** State tensors by `place.slot`, e.g. `0.momentum_buffer`; the optimizer's own, not copies. */
  tensors: Map<string, Tensor>;
  /** JSON: the optimizer's kind, each group's hyperparameters, each parameter's count of steps. */
  scalars: OptimizerScalars;
}

export interface OptimizerScalars {
  readonly kind: string;
  readonly groups: readonly Record<string, number | boolean>[];
  readonly steps: readonly number[];
}

export interface StepOptions {
  /**
   * A tensor of no dimensions, float32, on the parameters' device: where it is 1, the step is left out, and where it is 0, done.
   * The device decides: nothing waits for it, but SGD and AdamW where LibTorch has no fused kernels for the device.
   */
  readonly skip?: Tensor | null;
}

export abstract class Optimizer<Hyper extends { lr: number }> {
  /**
   * Whether one kernel makes the whole step, where LibTorch has such a kernel for this optimizer: 'auto' on GPUs alone. Its sums
   * are rounded otherwise than those of the operations one after another.
   */
  fused: 'auto' | 'always' | 'never' = 'auto';
  /** Steps that were left out so far, on the device; null where none could be. */
  #skipped: Tensor | null = null;
  readonly groups: readonly Group<Hyper>[];
  readonly #all: readonly Tensor[];
  /** Updates each parameter has had; a parameter without gradient is skipped and does not count. */
  protected readonly steps: number[];
  readonly #slots: Map<string, (Tensor | undefined)[]>;

  /** `defaults` are the hyperparameters of groups that don't say otherwise; `slots` the names of the state tensors. */
  constructor(parameters: Parameters<Hyper>, defaults: Hyper, slots: readonly string[]) {
    const given = 'groups' in parameters ? parameters.groups : [{ params: parameters.params }];
    this.groups = given.map((group) => ({ ...defaults, ...group, params: [...group.params] }));
    this.#all = this.groups.flatMap((group) => group.params);
    this.steps = this.#all.map(() => 0);
    this.#slots = new Map(slots.map((slot) => [slot, this.#all.map(() => undefined)]));
    const { name } = this.constructor;
    if (this.#all.length === 0) throw new Error(`${name}: there is no parameter to optimize`);
    if (new Set(this.#all).size < this.#all.length) throw new Error(`${name}: a parameter is given twice`);
    for (const group of this.groups) {
      for (const [key, value] of Object.entries(group)) {
        if (typeof value !== 'number' || value >= 0) continue;
        throw new Error(`${name}: ${key} must be zero or positive, got ${value}`);
      }
    }
  }

  /** Updates every parameter that has a gradient. */
  step({ skip = null }: StepOptions = {}): void {
    if (skip !== null) this.#skipped ??= keep(zeros([], { device: skip.device }));
    scoped(() =>
      noGrad(() => {
        let place = 0;
        for (const group of this.groups) {
          const batch: Batch = { params: [], grads: [], places: [] };
          const grads = gradientsOf(group.params);
          for (const [i, grad] of grads.entries()) {
            if (grad !== null) {
              batch.params.push(group.params[i]!);
              batch.grads.push(grad);
              batch.places.push(place + i);
            }
          }
          place += group.params.length;
          for (const i of batch.places) this.steps[i]! += 1;
          if (batch.params.length > 0) this.update(group, batch, skip);
        }
        if (skip !== null) this.#skipped!.add_(skip);
      }),
    );
  }

  /** One step of the parameters in the batch, without gradient recording and in a scope. */
  protected abstract update(group: Group<Hyper>, batch: Batch, skip: Tensor | null): void;

  /** The fused kernel's number, where it is to be used for these parameters. */
  protected fusedKernel(operator: Operator, { params }: Batch): number | null {
    const wanted = this.fused === 'auto' ? params[0]!.device.startsWith('cuda') : this.fused === 'always';
    if (!wanted || params.some(({ dtype }) => dtype !== 'float32')) return null;
    if (operator.id !== undefined) return operator.id;
    return native.schemaText(operator.name, operator.overload) === null ? null : resolve(operator);
  }

  /** A count of steps on the device, less those that were left out: (). */
  protected countOnDevice(count: number, { params }: Batch): Tensor {
    const steps = full([], count, { dtype: 'float32', device: params[0]!.device });
    return this.#skipped === null ? steps : steps.sub_(this.#skipped);
  }

  /** State tensors of a slot, made as zeros (laid out as their parameters) when first asked for. */
  protected state(slot: string, { params, places }: Batch): Tensor[] {
    const held = this.#slots.get(slot)!;
    return places.map((place, i) => {
      held[place] ??= keep(zerosLike(params[i]!));
      return held[place];
    });
  }

  zeroGrad(): void {
    clearGradients(this.#all);
  }

  stateDict(): OptimizerState {
    const tensors = new Map<string, Tensor>();
    for (const [slot, held] of this.#slots) {
      for (const [place, tensor] of held.entries())
        if (tensor !== undefined) tensors.set(`${place}.${slot}`, tensor);
    }
    const groups = this.groups.map((group) => hyperOf(group));
    const skipped = this.#skipped === null ? 0 : this.#skipped.item(); // waits for the device
    const steps = this.steps.map((count) => Math.max(0, count - skipped));
    return { tensors, scalars: { kind: this.constructor.name, groups, steps } };
  }

  /** Restores a state bit for bit, hyperparameters included; copies the tensors. All or nothing. */
  loadStateDict({ tensors, scalars }: OptimizerState): void {
    this.#check(tensors, scalars);
    this.#skipped?.dispose();
    this.#skipped = null;
    for (const [i, saved] of scalars.groups.entries()) Object.assign(this.groups[i]!, saved);
    for (const [place, count] of scalars.steps.entries()) this.steps[place] = count;
    for (const [slot, held] of this.#slots) {
      for (const [place, param] of this.#all.entries()) {
        const saved = tensors.get(`${place}.${slot}`);
        held[place]?.dispose();
        held[place] = saved === undefined ? undefined : noGrad(() => keep(zerosLike(param).copy_(saved)));
      }
    }
  }

  #check(tensors: ReadonlyMap<string, Tensor>, { kind, groups, steps }: OptimizerScalars): void {
    const { name } = this.constructor;
    const expect = (what: string, expected: unknown, got: unknown) => {
      if (expected === got) return;
      throw new Error(
        `${name}.loadStateDict: expected ${what} ${expected}, got ${got}. The state is of another model or optimizer: load the state that was saved with this one.`,
      );
    };
    expect('the state of', name, kind);
    expect('a number of groups of', this.groups.length, groups.length);
    expect('a number of parameters of', this.#all.length, steps.length);
    for (const [key, tensor] of tensors) {
      const [place = '', slot = ''] = key.split('.');
      const param = this.#all[Number(place)];
      if (param === undefined || !this.#slots.has(slot))
        throw new Error(`${name}.loadStateDict: unexpected tensor ${key}`);
      expect(`${key} of shape`, `(${param.shape.join(', ')})`, `(${tensor.shape.join(', ')})`);
    }
  }

  /** Frees the state; the parameters belong to their module. */
  dispose(): void {
    this.#skipped?.dispose();
    this.#skipped = null;
    for (const held of this.#slots.values()) {
      for (const [place, tensor] of held.entries()) {
        tensor?.dispose();
        held[place] = undefined;
      }
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function hyperOf(group: object): Record<string, number | boolean> {
  const scalars = Object.entries(group).filter(
    ([, value]) => typeof value === 'number' || typeof value === 'boolean',
  );
  return Object.fromEntries(scalars);
}
