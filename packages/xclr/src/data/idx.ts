// Source: IDX files, the format of MNIST and its family, gzipped or not.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../util/errors.js';
import { captionOfClass } from './caption.js';
import { gunzipped } from './extracted.js';
import { folderNames } from './patterns.js';
import { textLines } from './text-file.js';
import type { Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const fashionNames = [
  'T-shirt',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
];

const imagesName = /^(?:(.*?)-)?(train|t10k|test)-images[-.]idx3-ubyte(\.gz)?$/;

/** IDX: two zero bytes, the type (8: bytes), the number of dimensions, each as big-endian 32 bits, then the data. */
async function header(path: string, dimensions: number, name: string): Promise<number[]> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(4 + 4 * dimensions);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead < bytes.length || bytes.readUInt32BE(0) !== 0x0800 + dimensions) {
      throw new UserError(
        `openDataset: ${name} is no IDX file of bytes in ${dimensions} dimensions`,
        'Download it again: the file is truncated or not an IDX file.',
      );
    }
    return Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  } finally {
    await file.close();
  }
}

/** EMNIST's mapping: "class code". */
function mappedNames(folder: string): string[] {
  const file = folderNames(folder).find((name) => name.endsWith('-mapping.txt'));
  if (file === undefined) return [];
  const names: string[] = [];
  for (const line of textLines(join(folder, file))) {
    const [label, code] = line.trim().split(/\s+/).map(Number);
    if (label !== undefined && code !== undefined && Number.isInteger(label))
      names[label] = String.fromCodePoint(code);
  }
  return names;
}

async function readPair(
  path: string,
  template: string,
  names: readonly string[],
): Promise<{ samples: RawSample[]; problems: Problem[] }> {
  const file = basename(path);
  const labelsName = file.replace('-images', '-labels').replace('idx3', 'idx1');
  const labelsPath = [labelsName, labelsName.replace(/\.gz$/, ''), `${labelsName}.gz`]
    .map((name) => join(dirname(path), name))
    .find((one) => existsSync(one));
  if (labelsPath === undefined) {
    throw new UserError(
      `openDataset: ${path} has no ${labelsName} beside it`,
      'Images without labels have no captions.',
    );
  }
  const images = await gunzipped(path, '.idx');
  const [count = 0, height = 0, width = 0] = await header(images, 3, file);
  const labels = await gunzipped(labelsPath, '.idx');
  const labelBytes = readFileSync(labels);
  const [labelCount = 0] = await header(labels, 1, labelsName);
  const split: Split = /train/.test(file) ? 'train' : 'test';
  const raw = { width, height, channels: 1, order: 'interleaved' } as const;
  const size = width * height;
  const whole = Math.floor((statSync(images).size - 16) / size);
  const problems: Problem[] = [];
  if (labelCount !== count)
    problems.push({ where: file, reason: `${count} images, but ${labelCount} labels` });
  if (whole < count)
    problems.push({ where: file, reason: `holds ${whole} of the ${count} images that it promises` });
  const usable = Math.min(count, labelCount, whole, labelBytes.length - 8);
  const samples = Array.from({ length: usable }, (_, i): RawSample => {
    const code = labelBytes[8 + i]!;
    const label = names[code] ?? String(code);
    const id = `${split}:${i}`;
    const image = { path: images, part: { offset: 16 + i * size, length: size }, raw };
    return {
      id,
      image,
      captions: [captionOfClass(label, template)],
      label,
      split,
      attributes: {},
      where: `${file}:${i}`,
    };
  });
  return { samples, problems };
}

async function readIdx(folder: string, files: readonly string[], template: string): Promise<RawDataset> {
  const names = /fashion/i.test(folder) ? fashionNames : mappedNames(folder);
  const parts = [];
  for (const file of files) parts.push(await readPair(join(folder, file), template, names));
  const problems = parts.flatMap((part) => part.problems);
  if (/emnist/i.test(folder)) {
    problems.push({
      where: folder,
      reason: 'EMNIST publishes its letters transposed; they are read as published',
      warning: true,
    });
  }
  return { name: basename(folder), root: folder, samples: parts.flatMap(({ samples }) => samples), problems };
}

/** Labels are digits, Fashion-MNIST's names (by the folder's name), or characters by EMNIST's mapping file. */
export const idx: SourceKind = {
  format: 'idx',
  passesOver: 'lies beside the IDX files, which were read instead',
  name: 'IDX (MNIST family)',
  what: "a folder of MNIST's IDX files",
  recognizes: ({ path, kind, names }) =>
    kind === 'folder' ? names.some((name) => imagesName.test(name)) : imagesName.test(basename(path)),
  read: ({ path, kind, names }, { template }) => {
    if (kind === 'file') return readIdx(dirname(path), [basename(path)], template);
    // A file and its gzipped copy are one.
    const files = names.filter(
      (name) => imagesName.test(name) && !(name.endsWith('.gz') && names.includes(name.slice(0, -3))),
    );
    return readIdx(path, files, template);
  },
};
