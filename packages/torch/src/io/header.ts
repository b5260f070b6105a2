// The safetensors header: 8 bytes of length, JSON, and the checks that make a damaged file an exact error.
//
// Format: https://github.com/huggingface/safetensors#format
import { type Dtype, elementSize } from '../dtype.js';

/** Where one tensor lies; `begin` and `end` count from the first byte after the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

const dtypeByCode: Readonly<Record<string, Dtype>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

const codeByDtype = new Map(Object.entries(dtypeByCode).map(([code, dtype]) => [dtype, code]));

/** The reference implementation's limit, in bytes. */
export const HEADER_LIMIT = 100_000_000;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseEntry(name: string, value: unknown): Entry {
  const { dtype: code, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const dtype = typeof code === 'string' ? dtypeByCode[code] : undefined;
  if (dtype === undefined) {
    throw new Error(
      `${name} has dtype ${JSON.stringify(code)}, expected one of ${Object.keys(dtypeByCode).join(' ')}`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) throw new Error(`${name} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new Error(`${name} has no valid data_offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, extent) => product * extent, elementSize(dtype));
  if (end - begin !== bytes) {
    throw new Error(
      `${name}: ${dtype} (${shape.join(', ')}) takes ${bytes} bytes, its data_offsets give ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Parses and checks the JSON part. `dataBytes` is what the file holds after it. @throws on anything amiss */
export function parseHeader(json: string, dataBytes: number): Header {
  const parsed: unknown = JSON.parse(json);
  if (!isRecord(parsed)) throw new Error('the header is not a JSON object');
  const { __metadata__: metadata = {}, ...tensors } = parsed;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new Error('__metadata__ must map names to strings');
  }
  const entries = Object.entries(tensors).map(([name, value]) => parseEntry(name, value));
  // Tensors must tile the data: no gaps, no overlap, nothing after.
  let place = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== place) throw new Error(`${name} begins at byte ${begin}, expected ${place}`);
    place = end;
  }
  if (place > dataBytes)
    throw new Error(`it is cut short: its tensors take ${place} bytes, ${dataBytes} are there`);
  if (place < dataBytes) throw new Error(`${dataBytes - place} bytes follow the last tensor`);
  return { entries, metadata: metadata as Record<string, string> };
}

/** The length and the JSON, padded with spaces so that the data begins at a multiple of 8. */
export function formatHeader({ entries, metadata }: Header): Uint8Array {
  const tensors = entries.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype: codeByDtype.get(dtype), shape, data_offsets: [begin, end] },
  ]);
  const head = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const json = new TextEncoder().encode(JSON.stringify({ ...head, ...Object.fromEntries(tensors) }));
  const length = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}
