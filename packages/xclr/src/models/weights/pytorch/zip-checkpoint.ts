// PyTorch's format since 1.6: a zip file of a pickle (data.pkl) and one entry for each storage (data/0, data/1, …).
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { elementSize } from '@xclr/torch';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ByteReader } from './byte-reader.js';
import type { Checkpoint, StoragePlace } from './checkpoint.js';
import { storageNamed } from './globals.js';
import { unpickle } from './unpickle.js';
import type { StorageRef } from './values.js';

/** Larger than any description of tensors. */
const largestPickle = 2 ** 28;

/** @throws {Error} that says what is wrong with the file, for a sentence that begins with its name */
export async function openZipCheckpoint(path: string): Promise<Checkpoint> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((error: unknown) => {
    throw new Error(`it is a zip file that is cut short or damaged (${messageOf(error)})`);
  });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const folder = folderOf(entries);
    await refuseBigEndian(zip, entries.get(`${folder}byteorder`));
    const pickle = entries.get(`${folder}data.pkl`)!;
    const places = new Map<string, { place: StoragePlace; bytes: number }>();
    for (const [name, entry] of entries) {
      if (!name.startsWith(`${folder}data/`)) continue;
      const place = await placeOf(path, zip, entry);
      places.set(name.slice(`${folder}data/`.length), { place, bytes: entry.uncompressedSize });
    }
    const passedOver = new Set<string>();
    const root = await unpickleEntry(path, zip, pickle, passedOver);
    return { root, passedOver, placeOf: (storage) => placeNamed(places, storage) };
  } finally {
    zip.close();
  }
}

/** The folder within the zip file that data.pkl lies in, with its slash. */
function folderOf(entries: ReadonlyMap<string, Entry>): string {
  const pickles = [...entries.keys()].filter((name) => basename(name) === 'data.pkl');
  const [pickle] = pickles;
  if (pickle === undefined) {
    const some = [...entries.keys()].slice(0, 3).join(', ');
    throw new Error(`it is a zip file, but no PyTorch checkpoint: it has no data.pkl (it holds ${some})`);
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`))
    throw new Error('it is a TorchScript program, and not the weights alone');
  return folder;
}

async function refuseBigEndian(zip: ZipFile, entry: Entry | undefined): Promise<void> {
  if (entry === undefined) return;
  const order = (await contentOf(zip, entry)).toString('utf8').trim();
  if (order !== 'little')
    throw new Error(`its numbers are ${order}-endian, and only little-endian ones are read`);
}

/** Where an entry's bytes begin; of a compressed entry, the bytes. */
async function placeOf(path: string, zip: ZipFile, entry: Entry): Promise<StoragePlace> {
  if (entry.isEncrypted()) throw new Error(`its entry ${entry.fileName} is encrypted`);
  if (entry.compressionMethod !== 0) return { bytes: await contentOf(zip, entry) };
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  return { path, offset: fileDataStart };
}

function placeNamed(
  places: ReadonlyMap<string, { place: StoragePlace; bytes: number }>,
  { key, dtype, length }: StorageRef,
): StoragePlace {
  const found = places.get(key);
  if (found === undefined) throw new Error(`its storage data/${key} is missing`);
  const needed = length * elementSize(dtype);
  if (found.bytes < needed)
    throw new Error(
      `its storage data/${key} has ${found.bytes} bytes, and ${length} numbers in ${dtype} take ${needed}`,
    );
  return found.place;
}

async function unpickleEntry(
  path: string,
  zip: ZipFile,
  entry: Entry,
  passedOver: Set<string>,
): Promise<unknown> {
  if (entry.uncompressedSize > largestPickle)
    throw new Error(`its data.pkl has ${entry.uncompressedSize} bytes, more than any description of tensors`);
  const place = await placeOf(path, zip, entry);
  const options = { persistent: storageNamed, passedOver };
  if ('bytes' in place) return unpickle(ByteReader.over(place.bytes), options);
  const file = openSync(path, 'r');
  try {
    return unpickle(new ByteReader(file, place.offset, place.offset + entry.uncompressedSize), options);
  } finally {
    closeSync(file);
  }
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
