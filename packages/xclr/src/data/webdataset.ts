// Source: WebDataset tar shards: members that share a name up to its first dot are one sample.

import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { mapConcurrently } from '../util/concurrently.js';
import { UserError } from '../util/errors.js';
import { captionOfClass, cleanText } from './caption.js';
import { imageExtensions } from './class-folders.js';
import { gunzipped } from './extracted.js';
import { filesOf, holds } from './patterns.js';
import { splitFromName } from './split.js';
import { readTarIndex, type TarMember } from './tar/members.js';
import type { Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const extensions = ['.tar', '.tar.gz', '.tgz'];
const textExtensions = ['txt', 'caption', 'text'];
/** Texts longer than this are not captions. */
const longestText = 1 << 20;

/** The key that members of a sample share, and the member's own ending: "a/b.seg.png" → "a/b", "seg.png". */
export function keyOf(name: string): { key: string; ending: string } | undefined {
  const clean = name.replace(/^\.\//, '');
  const slash = clean.lastIndexOf('/') + 1;
  const dot = clean.indexOf('.', slash);
  if (dot <= slash) return undefined;
  return { key: clean.slice(0, dot), ending: clean.slice(dot + 1).toLowerCase() };
}

interface Json {
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly split: Split | null;
  readonly attributes: Readonly<Record<string, string>>;
}

const captionKeys = ['caption', 'captions', 'text', 'sentence', 'sentences'];
const labelKeys = ['label', 'class', 'category'];

function fromJson(text: string): Json {
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('not a JSON object');
  const firstOf = (keys: readonly string[]) =>
    keys.map((key) => value[key]).find((one) => one !== undefined && one !== null);
  const said = firstOf(captionKeys);
  const captions = (Array.isArray(said) ? said : [said]).filter(
    (one): one is string => typeof one === 'string',
  );
  const label = firstOf(labelKeys);
  const taken = new Set([...captionKeys, ...labelKeys, 'split']);
  const attributes: Record<string, string> = {};
  for (const [key, one] of Object.entries(value)) {
    if (taken.has(key) || one === null || one === undefined) continue;
    attributes[key] =
      typeof one === 'string' ? one : typeof one === 'object' ? JSON.stringify(one) : String(one);
  }
  return {
    captions: captions.map(cleanText).filter(Boolean),
    label: label === undefined ? null : String(label),
    split: typeof value.split === 'string' ? (splitFromName(value.split) ?? null) : null,
    attributes,
  };
}

/** train-000.tar, or train/000.tar. */
function splitOfShard(path: string): Split | null {
  const words = [...basename(path).split(/[-_.]/).slice(0, 1), basename(dirname(path))];
  return words.map(splitFromName).find((split) => split !== undefined) ?? null;
}

async function readShard(shard: string, template: string): Promise<Pick<RawDataset, 'samples' | 'problems'>> {
  const name = basename(shard);
  const path = await gunzipped(shard, '.tar'); // a gzipped shard has no places to refer to
  const file = await open(path);
  try {
    const { members, problems: found } = await readTarIndex(file, statSync(path).size, name);
    const problems: Problem[] = [...found];
    const samples: RawSample[] = [];
    const textOf = async ({ offset, size }: TarMember): Promise<string> => {
      const bytes = Buffer.alloc(Math.min(size, longestText));
      await file.read(bytes, 0, bytes.length, offset);
      return bytes.toString('utf8');
    };
    // A key that comes back later is another sample, as WebDataset has it: its id then is a duplicate, and listed.
    let group: { key: string; members: Map<string, TarMember> } | undefined;
    const close = async () => {
      if (group === undefined) return;
      const where = `${name}:${group.key}`;
      const sample = await sampleOf(group.key, group.members, { path, where, shard, template, textOf });
      if (typeof sample === 'string') problems.push({ where, reason: sample });
      else samples.push(sample);
      group = undefined;
    };
    for (const member of members) {
      const parts = keyOf(member.name);
      if (parts === undefined) continue; // no ending: a folder's mark or a readme
      if (group?.key !== parts.key) {
        await close();
        group = { key: parts.key, members: new Map() };
      }
      group.members.set(parts.ending, member);
    }
    await close();
    return { samples, problems };
  } finally {
    await file.close();
  }
}

/** One group of members as a sample, or why it cannot be one. */
async function sampleOf(
  key: string,
  members: ReadonlyMap<string, TarMember>,
  context: {
    path: string;
    where: string;
    shard: string;
    template: string;
    textOf: (member: TarMember) => Promise<string>;
  },
): Promise<RawSample | string> {
  const { path, where, shard, template, textOf } = context;
  const image = [...members].find(([ending]) => imageExtensions.includes(extname(`x.${ending}`)))?.[1];
  if (image === undefined) return `no image among ${[...members.keys()].join(', ')}`;
  if (image.size === 0) return 'the image has no bytes';
  let json: Json = { captions: [], label: null, split: null, attributes: {} };
  const jsonMember = members.get('json');
  if (jsonMember !== undefined) {
    try {
      json = fromJson(await textOf(jsonMember));
    } catch (error) {
      return `its json cannot be read: ${(error as Error).message}`;
    }
  }
  const text = textExtensions.map((ending) => members.get(ending)).find((member) => member !== undefined);
  const own = text === undefined ? [] : (await textOf(text)).split('\n').map(cleanText).filter(Boolean);
  const cls = members.get('cls');
  const label = cls === undefined ? json.label : (await textOf(cls)).trim() || json.label;
  const said = own.length > 0 ? own : json.captions;
  const captions = said.length > 0 || label === null ? said : [captionOfClass(label, template)];
  if (captions.length === 0) return 'no caption (txt, json) and no class (cls)';
  return {
    id: key.normalize('NFC'),
    image: { path, part: { offset: image.offset, length: image.size } },
    captions,
    label,
    split: json.split ?? splitOfShard(shard),
    attributes: json.attributes,
    where,
  };
}

export const webdataset: SourceKind = {
  name: 'WebDataset tar shards',
  what: 'tar shards (a .tar, a folder of them, or shard-{000..123}.tar)',
  recognizes: (place) =>
    place.kind === 'folder'
      ? holds(place, extensions)
      : extensions.some((one) => place.path.toLowerCase().endsWith(one)),
  read: async (place, { template }) => {
    const shards = filesOf(place, extensions);
    const [first] = shards;
    if (first === undefined) throw new UserError(`openDataset: ${place.path} holds no .tar file`);
    const parts = await mapConcurrently(shards, 4, (shard) => readShard(shard, template));
    const name =
      place.kind === 'folder'
        ? basename(place.path)
        : basename(first).replace(/[-_.]?\d*\.(tar|tgz)(\.gz)?$/i, '');
    return {
      name,
      root: place.kind === 'folder' ? place.path : dirname(first),
      samples: parts.flatMap(({ samples }) => samples),
      problems: parts.flatMap(({ problems }) => problems),
    };
  },
};
