// The functions and classes that a checkpoint may name. Everything else is refused: a pickle can name any function of the
// Python that reads it, and nothing of that is ever run here.
import type { Dtype } from '@xclr/torch';
import { type Callable, isStorage, isTensor, PassedOver, type StorageRef, type TensorRef } from './values.js';

const storageDtypes: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** A class of the pickle that is not read, with the name that Python gives it. */
export class RefusedClass extends Error {
  constructor(readonly className: string) {
    super(
      `it names ${className}, which is refused: only tensors and plain values are read, and no code is run`,
    );
  }
}

/** Classes whose objects are passed over: settings and counters that training scripts save beside the weights. */
const passedOver = [
  /^argparse\.Namespace$/,
  /^pathlib\.\w*Path$/,
  /^collections\.(defaultdict|Counter)$/,
  /^datetime\.\w+$/,
  /^numpy\.(dtype|ndarray|float64|float32|int64|bool_)$/,
  /^numpy\.(core|_core)\.multiarray\.(scalar|_reconstruct)$/,
  /^_codecs\.encode$/,
  /^omegaconf\.[\w.]+$/,
  /^(pytorch_lightning|lightning|lightning_fabric)\.[\w.]*(AttributeDict|EnumType|StrEnum|ModelCheckpoint)$/,
  /^(__builtin__|builtins)\.(int|long|float|str|bool|list|dict|tuple|set|frozenset|complex|bytearray|slice|range)$/,
  /^typing\.\w+$/,
  /^torch\.(device|dtype|float\d+|bfloat16|int\d+|uint8|bool|strided|contiguous_format|channels_last)$/,
  /^torch\.(_C\._)?serialization\.[\w.]+$/,
];

const wholes = (value: unknown, what: string): number[] => {
  if (!Array.isArray(value) || !value.every((one) => Number.isSafeInteger(one) && one >= 0))
    throw new Error(`a tensor's ${what} is ${JSON.stringify(value)}, expected whole numbers from 0`);
  return value as number[];
};

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …) */
function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): TensorRef {
  if (!isStorage(storage)) throw new Error('a tensor has no storage');
  const tensor: TensorRef = {
    kind: 'tensor',
    storage,
    offset: wholes([offset], 'offset')[0]!,
    shape: wholes(shape, 'size'),
    strides: wholes(strides, 'stride'),
  };
  if (tensor.shape.length !== tensor.strides.length)
    throw new Error('a tensor has fewer strides than dimensions');
  const last = tensor.shape.reduce((at, extent, i) => at + (extent - 1) * tensor.strides[i]!, tensor.offset);
  const empty = tensor.shape.includes(0);
  if (!empty && !(last < storage.length))
    throw new Error(`a tensor reaches to element ${last} of a storage of ${storage.length}`);
  return tensor;
}

function rebuildParameter([tensor]: readonly unknown[]): TensorRef {
  if (!isTensor(tensor)) throw new Error('a parameter has no tensor');
  return tensor;
}

/** collections.OrderedDict(), or of a list of pairs. */
function orderedDict([pairs]: readonly unknown[]): Map<unknown, unknown> {
  return new Map(Array.isArray(pairs) ? (pairs as [unknown, unknown][]) : []);
}

const functions: Readonly<Record<string, Callable['call']>> = {
  'collections.OrderedDict': orderedDict,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch._utils._rebuild_parameter_with_state': rebuildParameter,
  'torch.Size': ([extents]) => extents,
};

/** What a name stands for. @throws {RefusedClass} for all but tensors, plain values and what is passed over */
export function globalNamed(module: string, name: string): Callable {
  const full = `${module}.${name}`;
  const call = Object.hasOwn(functions, full) ? functions[full] : undefined;
  if (call !== undefined) return { kind: 'callable', name: full, call };
  if (storageDtypeOf(full) !== undefined || passedOver.some((pattern) => pattern.test(full)))
    return { kind: 'callable', name: full, call: () => new PassedOver(full) };
  throw new RefusedClass(full);
}

/** The dtype of torch.FloatStorage and its like, also of torch.cuda. */
function storageDtypeOf(name: string): Dtype | undefined {
  const match = /^torch\.(?:cuda\.)?(\w+Storage)$/.exec(name);
  return match === null ? undefined : storageDtypes[match[1]!];
}

/** A persistent id: ('storage', type, key, location, number of elements). */
export function storageNamed(id: unknown): StorageRef {
  const [tag, type, key, , length] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = (type as Callable | undefined)?.name ?? '';
  if (tag !== 'storage' || typeof key !== 'string' || !Number.isSafeInteger(length) || Number(length) < 0)
    throw new Error('it refers to something else than a storage of numbers');
  const dtype = storageDtypeOf(name);
  if (dtype === undefined) throw new RefusedClass(name === '' ? 'a storage without a type' : name);
  return { kind: 'storage', key, dtype, length: Number(length) };
}
