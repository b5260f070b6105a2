// Source: annotation files of captioned sets: COCO captions, and Karpathy's JSON for COCO and Flickr.

import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UserError } from '../util/errors.js';
import { parseExactJson } from '../util/exact-json.js';
import { cleanText } from './caption.js';
import { withDistinctIds, withoutEnding } from './distinct-ids.js';
import { fileFinder } from './find-file.js';
import { folderNames } from './patterns.js';
import { splitFromName, splitOfFolder } from './split.js';
import { isMissingCaption, textsOf } from './tables/caption-value.js';
import { readTextFile } from './text-file.js';
import type { DatasetOptions, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Folders where a file's images usually lie, seen from the annotations; the first that has the image is taken. */
function imageFolders(path: string, split: string | undefined, options: DatasetOptions): string[] {
  if (options.imageRoot !== undefined) {
    const root = resolve(options.imageRoot);
    return split === undefined ? [root] : [root, join(root, split)];
  }
  const here = dirname(path);
  const names = [...(split === undefined ? [] : [split]), 'images', 'Images', 'images', '.'];
  return [here, dirname(here)].flatMap((folder) => names.map((name) => join(folder, name)));
}

/** Finds images in the usual folders, their names in any Unicode normal form. */
function imageFinder(): (folders: readonly string[], name: string) => string {
  const find = fileFinder();
  return (folders, name) => {
    const paths = folders.map((folder) => find(join(folder, name)));
    return paths.find((path) => existsSync(path)) ?? paths[0]!;
  };
}

interface Reading {
  readonly path: string;
  readonly options: DatasetOptions;
  readonly problems: Problem[];
  readonly found: (folders: readonly string[], name: string) => string;
}

/** COCO's own: `images` with ids and file names, `annotations` with an image_id and a caption each. */
function cocoSamples(json: Json, { path, options, problems, found }: Reading): RawSample[] {
  const file = basename(path);
  // captions_train2017.json belongs to the folder train2017 and to the split train; captions_train.json to train.
  const split = splitOfFolder(basename(path, extname(path))) ?? null;
  const set = /((?:train|val|test)\d{4})/.exec(file)?.[1] ?? /(train|valid|val|test)/.exec(file)?.[1];
  const folders = imageFolders(path, set, options);
  const captions = new Map<string, string[]>();
  records(json.annotations).forEach((annotation, i) => {
    const text = cleanText(typeof annotation.caption === 'string' ? annotation.caption : '');
    if (text === '' || isMissingCaption(text))
      problems.push({ where: `${file}: annotation ${i}`, reason: 'empty caption', warning: true });
    else {
      const key = String(annotation.image_id);
      const list = captions.get(key) ?? [];
      if (!list.includes(text)) list.push(text);
      captions.set(key, list);
    }
  });
  const namesOf = new Map<string, Set<unknown>>();
  for (const { id, file_name } of records(json.images))
    namesOf.set(String(id), (namesOf.get(String(id)) ?? new Set()).add(file_name));
  const unknown = [...captions.keys()].filter((id) => !namesOf.has(id));
  if (unknown.length > 0) {
    const reason = `the captions of ${unknown.length} images are left out, which are not in "images"; the first is ${unknown[0]}`;
    problems.push({ where: file, reason, warning: true });
  }
  const samples: RawSample[] = [];
  for (const image of records(json.images)) {
    const id = String(image.id);
    const name = typeof image.file_name === 'string' ? image.file_name : '';
    const list = captions.get(id);
    const where = `${file}: image ${id}`;
    if (name === '') problems.push({ where, reason: 'no file_name' });
    else if (namesOf.get(id)!.size > 1)
      problems.push({
        where,
        reason: `several images have the id ${id}: their captions cannot be told apart`,
      });
    else if (list === undefined) problems.push({ where, reason: 'no caption' });
    else {
      const image = { path: found(folders, name) };
      samples.push({
        id,
        image,
        captions: list,
        label: null,
        split,
        attributes: { file_name: name },
        where,
      });
    }
  }
  return samples;
}

/** Karpathy's: `images` with their sentences, split ("restval" counts as train) and perhaps a file path. */
function karpathySamples(json: Json, { path, options, problems, found }: Reading): RawSample[] {
  const file = basename(path);
  const samples: RawSample[] = [];
  for (const [i, image] of records(json.images).entries()) {
    const name = typeof image.filename === 'string' ? image.filename : '';
    const folder = typeof image.filepath === 'string' ? image.filepath : undefined;
    const where = `${file}: image ${i}`;
    const texts = textsOf(image.sentences);
    const kept = 'reason' in texts ? [] : [...new Set(texts.map(cleanText))].filter(Boolean);
    const said = typeof image.split === 'string' ? image.split : '';
    const split: Split | undefined = said === 'restval' ? 'train' : splitFromName(said);
    if (name === '') problems.push({ where, reason: 'no filename' });
    else if (kept.length === 0)
      problems.push({ where, reason: 'reason' in texts ? texts.reason : 'no caption' });
    else if (split === undefined && said !== '') problems.push({ where, reason: `unknown split "${said}"` });
    else {
      const folders = imageFolders(path, folder, options);
      const image = { path: found(folders, name) };
      samples.push({
        id: name,
        image,
        captions: kept,
        label: null,
        split: split ?? null,
        attributes: {},
        where,
      });
    }
  }
  return samples;
}

function readAnnotations(path: string, options: DatasetOptions): RawDataset {
  let json: unknown;
  try {
    json = parseExactJson(readTextFile(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`openDataset: ${path} is not JSON: ${error.message}`, 'Download it again.');
  }
  const problems: Problem[] = [];
  const reading = { path, options, problems, found: imageFinder() };
  const images = isRecord(json) ? records(json.images) : [];
  if (!isRecord(json) || images.length === 0) {
    throw new UserError(
      `openDataset: ${path} has no "images"${isRecord(json) ? `; it has ${Object.keys(json).slice(0, 8).join(', ')}` : ''}`,
      "Annotation files are COCO's captions_*.json (images and annotations) or Karpathy's dataset_*.json (images with sentences).",
    );
  }
  const karpathy = images.some((image) => Array.isArray(image.sentences));
  if (!karpathy && !Array.isArray(json.annotations)) {
    throw new UserError(
      `openDataset: ${path} has images and no captions: neither "annotations" nor "sentences"`,
    );
  }
  const samples = karpathy ? karpathySamples(json, reading) : cocoSamples(json, reading);
  return { name: basename(path, extname(path)), root: dirname(path), samples, problems };
}

/** Where a COCO folder keeps its captions: those of every split are read together. */
function captionFiles(names: readonly string[]): string[] {
  return names.filter((name) => /^captions_.*\.json$/.test(name));
}

export const cocoCaptions: SourceKind = {
  format: 'coco',
  name: 'COCO captions',
  what: "COCO's captions_*.json or Karpathy's dataset_*.json",
  recognizes: ({ path, kind, extension, names }) => {
    if (kind === 'file') return extension === '.json';
    return (
      kind === 'folder' &&
      names.includes('annotations') &&
      captionFiles(folderNames(join(path, 'annotations'))).length > 0
    );
  },
  passesOver: 'has no caption in the annotations',
  read: async ({ path, kind }, options) => {
    if (kind === 'file') return readAnnotations(path, options);
    const folder = join(path, 'annotations');
    const files = captionFiles(folderNames(folder));
    const parts = files.map((file) => readAnnotations(join(folder, file), options));
    return {
      name: basename(path),
      root: path,
      samples: withDistinctIds(
        parts.map(({ samples }, i) => ({ file: withoutEnding(files[i]!, ['.json']), samples })),
      ),
      problems: parts.flatMap(({ problems }) => problems),
    };
  },
};
