// Source: WebDataset tar shards: members that share a name up to its first dot are one sample.

import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { mapConcurrently } from '../util/concurrently.js';
import { UserError } from '../util/errors.js';
import { sharedNames, withDistinctIds, withoutEnding } from './distinct-ids.js';
import { gunzipped } from './extracted.js';
import { belongsAside, isSystemFolder } from './image-names.js';
import { filesOf, holds } from './patterns.js';
import { splitFromName, splitOfPart } from './split.js';
import { readTarIndex, type TarMember } from './tar/members.js';
import { WindowedFile } from './tar/windowed-file.js';
import { decodeText } from './text.js';
import type { ManifestColumns, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';
import { sampleOfGroup } from './webdataset-sample.js';

const extensions = ['.tar', '.tar.gz', '.tgz'];
/** Texts longer than this are not captions. */
const longestText = 1 << 20;

/** The key that members of a sample share, and the member's own ending: "a/b.seg.png" → "a/b", "seg.png". */
function keyOf(name: string): { key: string; ending: string } | undefined {
  const clean = name.replace(/^\.\//, '');
  const slash = clean.lastIndexOf('/') + 1;
  const dot = clean.indexOf('.', slash);
  if (dot <= slash) return undefined;
  return { key: clean.slice(0, dot), ending: clean.slice(dot + 1).toLowerCase() };
}

/** train-000.tar, cc3m-validation-07.tar, or train/000.tar, where the folder itself may be the data. */
function splitOfShard(path: string, name: string): Split | null {
  return splitOfPart(withoutEnding(name, extensions)) ?? splitFromName(basename(dirname(path))) ?? null;
}

/** How a shard is read. */
export interface ShardReading {
  /** The shard's path within the data. */
  readonly name: string;
  /** Path or address that its split is read from. */
  readonly shard: string;
  readonly template: string;
  readonly columns: ManifestColumns;
}

/** The samples of one shard. @param path the tar file, which is not gzipped */
export async function readShard(
  path: string,
  { name, shard, template, columns }: ShardReading,
): Promise<Pick<RawDataset, 'samples' | 'problems'>> {
  const file = await open(path);
  try {
    const { members, problems: found } = await readTarIndex(file, statSync(path).size, name);
    const problems: Problem[] = [...found];
    const texts = new WindowedFile(file);
    const samples: RawSample[] = [];
    const further = new Map<string, number>();
    const textOf = async ({ offset, size }: TarMember): Promise<string> => {
      if (size > longestText) throw new Error(`has ${size} bytes, too many for a text`);
      return decodeText(await texts.read(offset, size));
    };
    const splitOfAll = splitOfShard(shard, name);
    const without: string[] = [];
    // A key that comes back later is another sample, as WebDataset has it: its id then is a duplicate, and listed.
    let group: { key: string; members: Map<string, TarMember>; twice: string | undefined } | undefined;
    const close = async () => {
      if (group === undefined) return;
      const where = `${name}:${group.key}`;
      const sample =
        group.twice === undefined
          ? await sampleOfGroup(group.members, { template, columns, textOf })
          : `two members are named "${group.twice}": which one belongs to the sample is not known`;
      if (typeof sample === 'string') problems.push({ where, reason: sample });
      else {
        const { image, captions, label, split, attributes } = sample;
        const id = group.key.normalize('NFC');
        const part = { offset: image.offset, length: image.size };
        const known = { captions, label, split: split ?? splitOfAll, attributes, where };
        samples.push({ id, image: { path, part }, ...known });
        for (const ending of sample.further) further.set(ending, (further.get(ending) ?? 0) + 1);
      }
      group = undefined;
    };
    for (const member of members) {
      if (member.name.split('/').slice(0, -1).some(isSystemFolder)) continue;
      const parts = keyOf(member.name);
      if (parts === undefined) {
        if (!belongsAside(basename(member.name))) without.push(member.name);
        continue;
      }
      if (group?.key !== parts.key) {
        await close();
        group = { key: parts.key, members: new Map(), twice: undefined };
      }
      if (group.members.has(parts.ending)) group.twice ??= member.name;
      group.members.set(parts.ending, member);
    }
    await close();
    if (without.length > 0) {
      const reason = `${without.length} members have no ending and belong to no sample, the first "${without[0]}"`;
      problems.push({ where: name, reason, warning: true });
    }
    for (const [ending, count] of further) {
      const reason = `${count} samples have a further image ${ending}, which was passed over; --data-image-column ${ending} takes it instead`;
      problems.push({ where: name, reason, warning: true });
    }
    return { samples, problems };
  } finally {
    await file.close();
  }
}

export const webdataset: SourceKind = {
  format: 'webdataset',
  name: 'WebDataset tar shards',
  what: 'tar shards (a .tar, a folder of them, or shard-{000..123}.tar)',
  recognizes: (place) =>
    place.kind === 'folder'
      ? holds(place, extensions)
      : extensions.some((one) => place.path.toLowerCase().endsWith(one)),
  competes: () => true,
  passesOver: 'lies beside the tar shards, which were read instead',
  read: async (place, { template, columns = {} }) => {
    const shards = await filesOf(place, extensions);
    const [first] = shards;
    if (first === undefined) throw new UserError(`openDataset: ${place.path} holds no .tar file`);
    const root = place.kind === 'folder' ? place.path : dirname(first);
    const names = sharedNames(shards, root);
    const places = shards.map((shard, i) => ({ shard, shared: names[i]! }));
    const parts = await mapConcurrently(places, 4, async ({ shard, shared }) =>
      // A gzipped shard has no places to refer to.
      readShard(await gunzipped(shard, '.tar'), { name: shared, shard, template, columns }),
    );
    const name =
      place.kind === 'folder'
        ? basename(place.path)
        : basename(first).replace(/[-_.]?\d*\.(tar|tgz)(\.gz)?$/i, '');
    return {
      name,
      root,
      samples: withDistinctIds(
        parts.map(({ samples }, i) => ({ file: withoutEnding(names[i]!, extensions), samples })),
      ),
      problems: parts.flatMap(({ problems }) => problems),
    };
  },
};
