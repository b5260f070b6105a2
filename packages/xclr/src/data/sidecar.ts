// Source: a folder of images with a table beside them (metadata.csv), or with a text file beside each image.

import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { cleanText } from './caption.js';
import { isImage } from './image-names.js';
import { readManifest } from './manifest.js';
import { decodeText } from './text.js';
import type { DatasetOptions, Place, Problem, RawDataset, RawSample, SourceKind } from './types.js';

/** Tables that describe the folder that they lie in, in order of preference; metadata is Hugging Face's imagefolder. */
const tables = ['metadata', 'captions', 'labels', 'manifest', 'annotations', 'index'].flatMap((name) =>
  ['.csv', '.tsv', '.jsonl'].map((extension) => `${name}${extension}`),
);

function tableIn({ names }: Place): string | undefined {
  return tables.find((table) => names.includes(table));
}

function textOf(name: string): string {
  return `${name.slice(0, -extname(name).length)}.txt`;
}

/** A caption a line of the text file beside each image, as img2dataset and many fine-tuning sets have it. */
function readTexts({ path, names }: Place): RawDataset {
  const samples: RawSample[] = [];
  const problems: Problem[] = [];
  const known = new Set(names);
  for (const name of names.filter(isImage)) {
    if (!known.has(textOf(name))) {
      problems.push({ where: name, reason: `no ${textOf(name)} beside it` });
      continue;
    }
    let text: string;
    try {
      text = decodeText(readFileSync(join(path, textOf(name))));
    } catch (error) {
      problems.push({ where: textOf(name), reason: (error as Error).message });
      continue;
    }
    const captions = text.split('\n').map(cleanText).filter(Boolean);
    if (captions.length === 0) {
      problems.push({ where: textOf(name), reason: 'empty caption' });
      continue;
    }
    const image = { path: join(path, name) };
    samples.push({
      id: name.normalize('NFC'),
      image,
      captions,
      label: null,
      split: null,
      attributes: {},
      where: name,
    });
  }
  return { name: basename(path), root: path, samples, problems };
}

/** Images that the table does not name are counted: they are left out, perhaps by mistake. */
function readWithTable(
  place: Place,
  table: string,
  options: DatasetOptions & { template: string },
): RawDataset {
  const raw = readManifest(join(place.path, table), options.template, options);
  const named = new Set(raw.samples.map(({ image }) => image.path));
  const others = place.names.filter((name) => isImage(name) && !named.has(join(place.path, name)));
  if (others.length === 0) return raw;
  const reason = `${others.length} images in the folder that are not in the table, such as ${others[0]}`;
  return { ...raw, problems: [...raw.problems, { where: table, reason, warning: true }] };
}

export const sidecar: SourceKind = {
  name: 'images with a table',
  what: 'a folder of images with a metadata.csv or a text file beside each',
  recognizes: (place) => {
    if (place.kind !== 'folder') return false;
    if (tableIn(place) !== undefined) return true;
    const known = new Set(place.names);
    return place.names.some((name) => isImage(name) && known.has(textOf(name)));
  },
  read: async (place, options) => {
    const table = tableIn(place);
    return table === undefined || !existsSync(join(place.path, table))
      ? readTexts(place)
      : readWithTable(place, table, options);
  },
};
