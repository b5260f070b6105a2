// Making tensors from JavaScript values and mapped files.
import { type Device, type Dtype, dtypeOf, emptyArray, type TypedArray } from './dtype.js';
import { native } from './native.js';
import { Tensor } from './ops.generated.js';

export { Tensor };

/** @internal A tensor of a handle that a native function gave. */
export function wrap(result: unknown): Tensor {
  return new Tensor(result as number);
}

export type NestedNumbers = number | boolean | readonly NestedNumbers[];

function shapeOf(data: NestedNumbers): number[] {
  if (!Array.isArray(data)) return [];
  return [data.length, ...(data.length > 0 ? shapeOf(data[0] as NestedNumbers) : [])];
}

function flattenInto(data: NestedNumbers, shape: readonly number[], depth: number, into: number[]): void {
  if (!Array.isArray(data)) {
    if (depth !== shape.length)
      throw new Error('tensor: data must be a regular nested list, got rows of unequal depth');
    into.push(Number(data));
    return;
  }
  if (data.length !== shape[depth]) {
    throw new Error(
      `tensor: data must be a regular nested list, got a row of ${data.length} where ${shape[depth]} were expected`,
    );
  }
  for (const item of data) flattenInto(item as NestedNumbers, shape, depth + 1, into);
}

function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data) && !(data instanceof DataView);
}

/**
 * A tensor with a copy of `data`: numbers, regular nested lists (float32 unless said otherwise) or a typed array
 * (its own dtype, unless said otherwise; one dimension, unless `shape` is given).
 */
export function tensor(
  data: NestedNumbers | TypedArray,
  { dtype, device = 'cpu', shape }: { dtype?: Dtype; device?: Device; shape?: readonly number[] } = {},
): Tensor {
  let array: TypedArray;
  let extents = shape;
  if (isTypedArray(data)) {
    array = data;
    extents ??= [data.length];
  } else {
    const regular = shapeOf(data);
    const flat: number[] = [];
    flattenInto(data, regular, 0, flat);
    extents ??= regular;
    const wide = dtype === 'int64' ? 'int64' : dtype === 'float64' || dtype === 'int32' ? dtype : 'float32';
    array = emptyArray(wide, flat.length);
    if (array instanceof BigInt64Array) array.set(flat.map((value) => BigInt(value)));
    else array.set(flat);
  }
  const source = dtypeOf(array);
  const made = wrap(
    device === 'cpu'
      ? native.fromBytes(array, source, extents)
      : native.upload(array, source, extents, device === 'cuda' ? 'cuda:0' : device), // nothing waits
  );
  const wanted = dtype ?? source;
  if (wanted === source) return made;
  using staging = made;
  return staging.to({ dtype: wanted });
}

/**
 * A tensor over an array's own memory, without a copy: the array is kept as long as the tensor, and a change of one shows
 * in the other. On the CPU, in the array's dtype; one dimension, unless `shape` is given.
 */
export function borrow(data: TypedArray, shape: readonly number[] = [data.length]): Tensor {
  return wrap(native.borrow(data, dtypeOf(data), shape));
}

/**
 * A tensor over a file's bytes, memory-mapped: pages come in when touched. Writes never reach the file.
 * @throws if the file is shorter than `offset` and the shape need
 */
export function mapFile(
  path: string,
  { offset = 0, dtype, shape }: { offset?: number; dtype: Dtype; shape: readonly number[] },
): Tensor {
  return wrap(native.mapFile(path, offset, dtype, shape));
}
