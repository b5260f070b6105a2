// Modules made of a list of modules, named '0', '1', … in state dicts.
import type { Tensor } from '../tensor.js';
import { type AnyModule, Module } from './module.js';

/** Runs its layers one after another. */
export class Sequential extends Module {
  readonly #layers: readonly Module[];

  constructor(...layers: Module[]) {
    super();
    this.#layers = layers;
  }

  get length(): number {
    return this.#layers.length;
  }

  /** The layer at a place; negative counts from the end. */
  at(place: number): Module {
    return itemAt('Sequential', this.#layers, place);
  }

  forward(input: Tensor): Tensor {
    let x = input;
    for (const layer of this.#layers) x = layer.call(x);
    return x;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.#layers[Symbol.iterator]();
  }

  protected override members(): [string, AnyModule][] {
    return numbered(this.#layers);
  }
}

/** Holds modules for a parent that calls them itself. */
export class ModuleList<M extends AnyModule = Module> extends Module<never[], never> {
  readonly #modules: readonly M[];

  constructor(modules: Iterable<M>) {
    super();
    this.#modules = [...modules];
  }

  get length(): number {
    return this.#modules.length;
  }

  /** The module at a place; negative counts from the end. */
  at(place: number): M {
    return itemAt('ModuleList', this.#modules, place);
  }

  forward(): never {
    throw new Error('ModuleList: has no forward of its own; call its modules, or use Sequential');
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#modules[Symbol.iterator]();
  }

  protected override members(): [string, AnyModule][] {
    return numbered(this.#modules);
  }
}

function numbered(modules: readonly AnyModule[]): [string, AnyModule][] {
  return modules.map((module, place) => [String(place), module]);
}

function itemAt<M>(owner: string, modules: readonly M[], place: number): M {
  const module = modules.at(place);
  if (module === undefined)
    throw new Error(`${owner}.at: there are ${modules.length} modules, got place ${place}`);
  return module;
}
