// PyTorch's format before 1.6: five pickles (a magic number, a version, facts of the system, the value, the storages' keys),
// then each storage's length and numbers.
import { closeSync, fstatSync, openSync } from 'node:fs';
import { elementSize } from '@xclr/torch';
import { ByteReader } from './byte-reader.js';
import type { Checkpoint, StoragePlace } from './checkpoint.js';
import { storageNamed } from './globals.js';
import { unpickle } from './unpickle.js';
import type { StorageRef } from './values.js';

/** The number that such a file begins with (torch/serialization.py). */
const magic = 0x1950a86a20f9469cfc6cn;

/** @throws {Error} that says what is wrong with the file, for a sentence that begins with its name */
export function openLegacyCheckpoint(path: string): Checkpoint {
  const file = openSync(path, 'r');
  try {
    const bytes = new ByteReader(file, 0, fstatSync(file).size);
    const passedOver = new Set<string>();
    const storages = new Map<string, StorageRef>();
    const options = { passedOver, persistent: (id: unknown) => storageOf(id, storages) };
    if (unpickle(bytes, options) !== magic)
      throw new Error('it is a pickle, but no PyTorch checkpoint: it does not begin with their number');
    const version = unpickle(bytes, options);
    if (version !== 1001)
      throw new Error(`it has version ${String(version)} of PyTorch's old format, expected 1001`);
    refuseBigEndian(unpickle(bytes, options));
    const root = unpickle(bytes, options);
    const places = placesOf(path, bytes, unpickle(bytes, options), storages);
    return { root, passedOver, placeOf: ({ key }) => placeNamed(places, key) };
  } finally {
    closeSync(file);
  }
}

/** ('storage', type, key, location, elements, view): a view of another storage was possible before 0.4. */
function storageOf(id: unknown, storages: Map<string, StorageRef>): StorageRef {
  if (Array.isArray(id) && id[5] !== null && id[5] !== undefined)
    throw new Error('its storages are views of each other, as PyTorch wrote before 0.4');
  const storage = storageNamed(id);
  storages.set(storage.key, storage);
  return storage;
}

function refuseBigEndian(system: unknown): void {
  if (system instanceof Map && system.get('little_endian') === false)
    throw new Error('its numbers are big-endian, and only little-endian ones are read');
}

function placesOf(
  path: string,
  bytes: ByteReader,
  keys: unknown,
  storages: ReadonlyMap<string, StorageRef>,
): Map<string, StoragePlace> {
  if (!Array.isArray(keys)) throw new Error("it has no list of its storages' keys");
  const places = new Map<string, StoragePlace>();
  for (const key of keys as unknown[]) {
    const storage = storages.get(String(key));
    if (storage === undefined) throw new Error(`it lists a storage ${String(key)} that no tensor has`);
    const length = Number(bytes.take(8).readBigInt64LE());
    const size = length * elementSize(storage.dtype);
    if (length !== storage.length || bytes.position + size > bytes.end)
      throw new Error(`it is cut short or damaged at its storage ${storage.key}`);
    places.set(storage.key, { path, offset: bytes.position });
    bytes.skip(size);
  }
  return places;
}

function placeNamed(places: ReadonlyMap<string, StoragePlace>, key: string): StoragePlace {
  const place = places.get(key);
  if (place === undefined) throw new Error(`its storage ${key} is missing`);
  return place;
}
