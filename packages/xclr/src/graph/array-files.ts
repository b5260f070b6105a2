// Reads two-dimensional arrays from safetensors and npy files into float32; writes safetensors. No torch needed.
import { readFileSync } from 'node:fs';
import { UserError } from '../util/errors.js';
import { fromHalves } from './float16.js';

/** A row-major array. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** A tensor in the bytes of a safetensors file. */
export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

function damaged(path: string, why: string): UserError {
  return new UserError(`${path} is damaged or in another format: ${why}`, 'Make or download the file again.');
}

/** A copy that starts at an aligned address, as typed arrays need. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && Number(one) >= 0);
}

/** Format: u64 length of a JSON header, the header, the tensors' bytes. https://github.com/huggingface/safetensors */
export function parseSafetensors(file: Buffer, path: string): SafetensorsFile {
  const length = file.length >= 8 ? Number(file.readBigUInt64LE(0)) : Number.POSITIVE_INFINITY;
  if (8 + length > file.length)
    throw damaged(path, `its header needs ${8 + length} bytes, it has ${file.length}`);
  let header: unknown;
  try {
    header = JSON.parse(file.toString('utf8', 8, 8 + length));
  } catch {
    throw damaged(path, 'its header is not JSON');
  }
  if (!isRecord(header)) throw damaged(path, 'its header is not an object');
  const tensors = new Map<string, StoredTensor>();
  const metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (!isRecord(entry)) throw damaged(path, `entry ${name} of its header is not an object`);
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry)) metadata[key] = String(value);
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
      throw damaged(path, `tensor ${name} lacks dtype, shape or data_offsets`);
    }
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    if (!(from! <= to! && to! <= file.length)) {
      throw damaged(path, `tensor ${name} ends at byte ${to}, the file at ${file.length}`);
    }
    tensors.set(name, { dtype, shape, bytes: file.subarray(from, to) });
  }
  return { tensors, metadata };
}

/** Bytes of a safetensors file with one tensor. */
export function safetensorsBytes(
  name: string,
  tensor: StoredTensor,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return safetensorsFile({ [name]: tensor }, metadata);
}

/** Bytes of a safetensors file. */
export function safetensorsFile(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const start = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  let header = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  header += ' '.repeat((8 - (Buffer.byteLength(header) % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

/** Bytes of a number of each type that is read. */
const bytesOfDtype: ReadonlyMap<string, number> = new Map([
  ['F16', 2],
  ['BF16', 2],
  ['F32', 4],
  ['F64', 8],
]);

/** A stored tensor's numbers in float32. */
export function floatsOf({ dtype, shape, bytes }: StoredTensor, path: string): Float32Array {
  const size = bytesOfDtype.get(dtype);
  if (size === undefined)
    throw new UserError(`${path}: expected F16, BF16, F32 or F64, got ${dtype}`, 'Convert it to float32.');
  const expected = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== size * expected) {
    throw damaged(
      path,
      `${shape.join(' × ')} numbers of ${size} bytes need ${size * expected} bytes, it has ${bytes.length}`,
    );
  }
  const buffer = aligned(bytes);
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer));
  if (dtype === 'F16') return fromHalves(new Uint16Array(buffer));
  if (dtype === 'BF16')
    return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
  return new Float32Array(buffer);
}

/** The only matrix in a safetensors file; its metadata may hold `ids`, a JSON list with a name for each row. */
export function readSafetensorsMatrix(path: string): Matrix & { readonly ids: readonly string[] | null } {
  const { tensors, metadata } = parseSafetensors(readFileSync(path), path);
  const matrices = Array.from(tensors).filter(([, tensor]) => tensor.shape.length === 2);
  const [only] = matrices;
  if (only === undefined || matrices.length !== 1) {
    const found = Array.from(tensors, ([name, { shape }]) => `${name} (${shape.join(', ')})`).join(', ');
    throw new UserError(`${path}: expected one tensor of two dimensions, got ${found || 'none'}`);
  }
  const [rows = 0, columns = 0] = only[1].shape;
  return { values: floatsOf(only[1], path), rows, columns, ids: idsIn(metadata, path) };
}

function idsIn({ ids }: SafetensorsFile['metadata'], path: string): readonly string[] | null {
  if (ids === undefined) return null;
  try {
    const list: unknown = JSON.parse(ids);
    if (Array.isArray(list)) return list.map(String);
  } catch {} // said below
  throw damaged(path, 'its metadata has ids that are no JSON list');
}

const NPY_TYPES: Readonly<Record<string, string>> = { '<f4': 'F32', '<f8': 'F64', '<f2': 'F16' };

/** NumPy's npy format, versions 1–3, little-endian floats. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function readNpyMatrix(path: string): Matrix {
  const file = readFileSync(path);
  if (file.length < 12 || file.toString('latin1', 0, 6) !== '\u0093NUMPY')
    throw damaged(path, 'no NumPy signature');
  const wide = file[6]! >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString('latin1', start, end);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'a structured type';
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((s) => s.trim())
    .map(Number);
  const dtype = NPY_TYPES[descr];
  if (dtype === undefined) {
    throw new UserError(
      `${path}: expected float16, float32 or float64, got ${descr}`,
      'Save it with .astype("float32").',
    );
  }
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2)
    throw new UserError(`${path}: expected two dimensions, got shape (${shape.join(', ')})`);
  const values = floatsOf({ dtype, shape, bytes: file.subarray(end) }, path);
  if (!/'fortran_order':\s*True/.test(header)) return { values, rows, columns };
  const rowMajor = new Float32Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) rowMajor[i * columns + j] = values[j * rows + i]!;
  return { values: rowMajor, rows, columns };
}
