// What both of PyTorch's file formats give: the pickled value, and a way to read the tensors that it describes.
import { type Dtype, elementSize, io, scoped, type Tensor } from '@xclr/torch';
import { isTensor, type StorageRef, type TensorRef } from './values.js';

/** A checkpoint whose tensors have not been read. */
export interface Checkpoint {
  /** The pickled value: dicts are Maps. */
  readonly root: unknown;
  /** Names of classes whose objects were passed over. */
  readonly passedOver: ReadonlySet<string>;
  /** Where a storage's numbers lie. */
  readonly placeOf: (storage: StorageRef) => StoragePlace;
}

/** A storage's bytes: a part of the file, or in memory where the file holds them compressed. */
export type StoragePlace =
  | { readonly path: string; readonly offset: number }
  | { readonly bytes: Uint8Array };

function readStorage(place: StoragePlace, dtype: Dtype, length: number): Tensor {
  if ('path' in place) return io.readRaw(place.path, { offset: place.offset, dtype, shape: [length] });
  return io.fromRawBytes(place.bytes.subarray(0, length * elementSize(dtype)), { dtype, shape: [length] });
}

/** The tensors by name, in the present scope; those that share a storage share its memory. Other values are left out. */
export function readTensors(
  { placeOf }: Checkpoint,
  state: ReadonlyMap<string, unknown>,
): Map<string, Tensor> {
  return scoped(() => {
    const storages = new Map<string, Tensor>();
    const storageOf = (storage: StorageRef): Tensor => {
      const key = `${storage.key} ${storage.dtype}`;
      const known = storages.get(key);
      if (known !== undefined) return known;
      const read = readStorage(placeOf(storage), storage.dtype, storage.length); // (length)
      storages.set(key, read);
      return read;
    };
    const tensors = new Map<string, Tensor>();
    for (const [name, value] of state) {
      if (!isTensor(value)) continue;
      tensors.set(name, viewOf(value, storageOf));
    }
    return tensors;
  });
}

function viewOf(
  { storage, offset, shape, strides }: TensorRef,
  storageOf: (one: StorageRef) => Tensor,
): Tensor {
  return storageOf(storage).asStrided(shape, strides, { storageOffset: offset });
}
