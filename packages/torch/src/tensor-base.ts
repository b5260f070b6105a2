// The tensor: a handle into LibTorch, with shape, dtype and device. `Tensor`, which ops.generated.ts makes of it, has every
// operator as a method: it stands below the operators, which take and give tensors.
import { type Device, type Dtype, dtypeOf, emptyArray, type MemoryFormat, type TypedArray } from './dtype.js';
import { native } from './native.js';
import { operator, resolve } from './operators.js';

const OP_to = operator('aten::to', 'dtype_layout');
const OP_set_data = operator('aten::set_data', '');

const finalizers = new FinalizationRegistry<number>((handle) => native.releaseOne(handle));

export abstract class TensorBase implements Disposable {
  /** The innermost scope's tensors; scope.ts sets it. */
  static scope: TensorBase[] | null = null;

  #handle: number;
  #shape: readonly number[] | undefined;
  #dtype: Dtype | undefined;
  /** True while a finalizer frees it. */
  #watched = false;
  /** True for what outlives scopes; set by `keep`. */
  kept = false;

  /** @internal made by operators; users call `tensor()`, `zeros()`, … */
  constructor(handle: number) {
    if (handle === 0) throw new Error('Tensor: the operator returned an undefined tensor');
    this.#handle = handle;
    this.adopt();
  }

  /** A tensor of another handle: of the same class, which is `Tensor`. */
  #sibling(handle: number): this {
    return new (this.constructor as new (handle: number) => this)(handle);
  }

  /** The native handle. @throws after dispose. */
  get handle(): number {
    if (this.#handle === 0) {
      throw new Error(
        'Tensor: used after it was disposed\n' +
          '  → it was freed by dispose(), or its scope ended: return it from scoped(), or keep() it',
      );
    }
    return this.#handle;
  }

  get disposed(): boolean {
    return this.#handle === 0;
  }

  get shape(): readonly number[] {
    this.#shape ??= native.shape(this.handle);
    return this.#shape;
  }

  /** Size of dimension `i`; negative counts from the end. */
  size(i: number): number {
    const extent = this.shape.at(i);
    if (extent === undefined)
      throw new Error(`size: dimension ${i} is out of range for shape [${this.shape}]`);
    return extent;
  }

  get ndim(): number {
    return this.shape.length;
  }

  get numel(): number {
    return this.shape.reduce((product, extent) => product * extent, 1);
  }

  get strides(): readonly number[] {
    return native.strides(this.handle);
  }

  get dtype(): Dtype {
    this.#dtype ??= native.dtype(this.handle) as Dtype;
    return this.#dtype;
  }

  get device(): Device {
    return native.device(this.handle);
  }

  isContiguous({ memoryFormat = 'contiguous' }: { memoryFormat?: MemoryFormat } = {}): boolean {
    return native.isContiguous(this.handle, memoryFormat);
  }

  get requiresGrad(): boolean {
    return native.requiresGrad(this.handle);
  }

  requiresGrad_(on = true): this {
    native.setRequiresGrad(this.handle, on);
    return this;
  }

  /** The accumulated gradient, as a new handle in the present scope, or null. */
  get grad(): this | null {
    const [handle = 0] = native.gradients([this.handle]);
    return handle === 0 ? null : this.#sibling(handle);
  }

  setGrad(gradient: TensorBase | null): void {
    native.setGradient(this.handle, gradient === null ? null : gradient.handle);
  }

  /** Accumulates gradients in the leaves; `gradient` is needed where this is no scalar. */
  backward({
    gradient = null,
    retainGraph = false,
  }: {
    gradient?: TensorBase | null;
    retainGraph?: boolean;
  } = {}): void {
    native.backward(this.handle, gradient === null ? null : gradient.handle, retainGraph);
  }

  /** The one element as a number; waits for the device. */
  item(): number {
    return native.item(this.handle);
  }

  /** The elements in row-major order (float16 and bfloat16 as float32); waits for the device. */
  toArray(): TypedArray {
    const half = this.dtype === 'float16' || this.dtype === 'bfloat16';
    const array = emptyArray(this.dtype, this.numel);
    if (!half) native.readInto(this.handle, array);
    else {
      using wide = this.to({ dtype: 'float32' });
      native.readInto(wide.handle, array);
    }
    return array;
  }

  /** The elements as numbers, in row-major order; waits for the device. */
  toNumbers(): number[] {
    return Array.from(this.toArray() as ArrayLike<number | bigint>, Number);
  }

  /** Copies the elements into `target`, which must have exactly their bytes; waits for the device. */
  copyTo(target: TypedArray): void {
    if (dtypeOf(target) !== this.dtype && this.dtype !== 'bool') {
      throw new Error(`copyTo: target must be of ${this.dtype}, got ${dtypeOf(target)}`);
    }
    native.readInto(this.handle, target);
  }

  /** The same values in another dtype, on another device, or laid out otherwise. */
  to({
    dtype = null,
    device = null,
    memoryFormat = null,
    copy = false,
  }: {
    dtype?: Dtype | null;
    device?: Device | null;
    memoryFormat?: MemoryFormat | null;
    copy?: boolean;
  }): this {
    const place = device === 'cuda' ? 'cuda:0' : device;
    const id = OP_to.id ?? resolve(OP_to);
    // Layout, pinned memory and blocking are left at the operator's defaults.
    const args = [this.handle, dtype, undefined, place, undefined, undefined, copy, memoryFormat];
    return this.#sibling(native.call(id, ...args) as number);
  }

  /**
   * Takes over another tensor's values, dtype, device and layout in place, so that whoever holds this one
   * (an optimizer, say) still holds it.
   */
  setData(source: TensorBase): void {
    native.call(OP_set_data.id ?? resolve(OP_set_data), this.handle, source.handle);
    this.#shape = undefined;
    this.#dtype = undefined;
  }

  toString(): string {
    return this.disposed
      ? 'Tensor(disposed)'
      : `Tensor([${this.shape.join(', ')}], ${this.dtype}, ${this.device})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  dispose(): void {
    if (this.#handle !== 0) native.releaseOne(this.forget());
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal Puts the tensor into the present scope, or under the finalizers where there is none. */
  adopt(): void {
    if (TensorBase.scope !== null) TensorBase.scope.push(this);
    else {
      finalizers.register(this, this.#handle, this);
      this.#watched = true;
    }
  }

  /** @internal Gives the handle away to be released. */
  forget(): number {
    const handle = this.#handle;
    this.#handle = 0;
    if (this.#watched) finalizers.unregister(this);
    return handle;
  }
}
