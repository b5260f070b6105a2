// What a cell keeps of each sample, as text in its file: the studio reads it without the rest of a comparison.
import type { Units } from '../evaluate/index.js';
import type { Predictions } from '../evaluate/predictions.js';

/** Units as they are stored: numbers as base64 of little-endian arrays. */
export interface StoredUnits {
  readonly estimate: number | null;
  /** Which of the cell's lists of keys. */
  readonly keys: number;
  /** Float32, or bits where every numerator is 0 or 1 (`bits` true). */
  readonly numerators: string;
  readonly bits?: true;
  /** Float32; absent where all are 1. */
  readonly denominators?: string;
  /** Values that the metric can take, where its units can lie outside them; absent in older cells. */
  readonly range?: readonly [least: number, most: number];
}

/** What a classifier answered, as it is stored. */
export interface StoredAnswers {
  /** Which of the cell's lists of keys. */
  readonly keys: number;
  /** Names of the classes. */
  readonly names: readonly string[];
  /** Int32 places in `names`, as base64 of a little-endian array. */
  readonly predicted: string;
}

/** Lists and measures of a cell, as its file has them. */
export interface StoredMeasures {
  /** Int32 lists of sample indices that units go by: most metrics share one. */
  readonly keys: readonly string[];
  readonly units: Readonly<Record<string, StoredUnits>>;
  /** Of measures that classify; absent in older cells. */
  readonly answers?: Readonly<Record<string, StoredAnswers>>;
}

const encode = (values: Int32Array | Float32Array | Uint8Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer;

/** All units and answers of a cell, each list of keys once. */
export function storeUnits(
  units: Readonly<Record<string, Units>>,
  predictions: Readonly<Record<string, Predictions>> = {},
): StoredMeasures {
  const lists: string[] = [];
  const placeOf = (keys: Int32Array) => {
    const list = encode(keys);
    const known = lists.indexOf(list);
    return known >= 0 ? known : lists.push(list) - 1;
  };
  const stored = Object.entries(units).map(([name, one]) => [name, storeOne(one, placeOf(one.keys))]);
  const answers = Object.entries(predictions).map(([name, { samples, names, predicted }]) => [
    name,
    { keys: placeOf(samples), names, predicted: encode(predicted) },
  ]);
  return {
    keys: lists,
    units: Object.fromEntries(stored),
    ...(answers.length > 0 && { answers: Object.fromEntries(answers) }),
  };
}

function storeOne({ estimate, numerators, denominators, range }: Units, keys: number): StoredUnits {
  const whole = numerators.every((one) => one === 0 || one === 1);
  const plain = denominators.every((one) => one === 1);
  return {
    estimate: Number.isNaN(estimate) ? null : estimate,
    keys,
    ...(whole
      ? { numerators: encode(packed(numerators)), bits: true as const }
      : { numerators: encode(Float32Array.from(numerators)) }),
    ...(!plain && { denominators: encode(Float32Array.from(denominators)) }),
    ...(range !== undefined && { range }),
  };
}

/** By sample index, the class that was answered; undefined where the cell does not keep the measure's answers. */
export function loadAnswers(
  { keys, answers }: Pick<StoredMeasures, 'keys' | 'answers'>,
  metric: string,
): ReadonlyMap<number, string> | undefined {
  const stored = answers?.[metric];
  if (stored === undefined) return undefined;
  const predicted = new Int32Array(bytesOf(stored.predicted));
  const samples = new Int32Array(bytesOf(keys[stored.keys]!));
  return new Map(Array.from(samples, (sample, i) => [sample, stored.names[predicted[i]!] ?? '']));
}

export function loadUnits(cell: StoredMeasures, metric: string): Units {
  const { estimate, keys, numerators, bits, denominators, range } = cell.units[metric]!;
  const places = new Int32Array(bytesOf(cell.keys[keys]!));
  const n = places.length;
  return {
    estimate: estimate ?? Number.NaN,
    keys: places,
    numerators: bits
      ? unpacked(new Uint8Array(bytesOf(numerators)), n)
      : Float64Array.from(new Float32Array(bytesOf(numerators))),
    denominators:
      denominators === undefined
        ? new Float64Array(n).fill(1)
        : Float64Array.from(new Float32Array(bytesOf(denominators))),
    ...(range !== undefined && { range }),
  };
}

function packed(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((one, i) => {
    if (one === 1) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return bytes;
}

function unpacked(bytes: Uint8Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
}
