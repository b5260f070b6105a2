// Source: CIFAR-10 and CIFAR-100 in their binary version: records of label bytes and planar pixels.

import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { captionOfClass } from './caption.js';
import { textLines } from './text-file.js';
import type { Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const layout = { width: 32, height: 32, channels: 3, order: 'planar' } as const;
const pixels = 32 * 32 * 3;

interface Version {
  readonly name: string;
  readonly files: readonly (readonly [string, Split])[];
  /** Label bytes before the pixels; the last is the label. */
  readonly labelBytes: 1 | 2;
  readonly names: string;
  readonly coarseNames?: string;
}

const cifar10: Version = {
  name: 'cifar10',
  files: [
    ...[1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, 'train'] as const),
    ['test_batch.bin', 'test'],
  ],
  labelBytes: 1,
  names: 'batches.meta.txt',
};

const cifar100: Version = {
  name: 'cifar100',
  files: [
    ['train.bin', 'train'],
    ['test.bin', 'test'],
  ],
  labelBytes: 2,
  names: 'fine_label_names.txt',
  coarseNames: 'coarse_label_names.txt',
};

function namesIn(path: string): string[] {
  return existsSync(path)
    ? textLines(path)
        .map((name) => name.trim())
        .filter(Boolean)
    : [];
}

/** The label bytes of every whole record. */
async function labelsOf(path: string, labelBytes: number): Promise<Uint8Array[]> {
  const record = labelBytes + pixels;
  const { size } = statSync(path);
  const labels: Uint8Array[] = [];
  const file = await open(path);
  try {
    const chunk = new Uint8Array(record * 1000);
    for (let at = 0; at + record <= size; at += chunk.length) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      for (let i = 0; i + record <= bytesRead; i += record) labels.push(chunk.slice(i, i + labelBytes));
    }
  } finally {
    await file.close();
  }
  return labels;
}

async function readVersion(root: string, version: Version, template: string): Promise<RawDataset> {
  const { name, files, labelBytes } = version;
  const names = namesIn(join(root, version.names));
  const coarse = version.coarseNames === undefined ? [] : namesIn(join(root, version.coarseNames));
  const samples: RawSample[] = [];
  const problems: Problem[] = [];
  if (names.length === 0) {
    problems.push({
      where: version.names,
      reason: 'missing: classes are named by their numbers',
      warning: true,
    });
  }
  for (const [file, split] of files) {
    const path = join(root, file);
    if (!existsSync(path)) {
      problems.push({ where: file, reason: 'missing' });
      continue;
    }
    const record = labelBytes + pixels;
    const rest = statSync(path).size % record;
    if (rest !== 0)
      problems.push({ where: file, reason: `ends within a record: its last ${rest} bytes are left out` });
    for (const [i, bytes] of (await labelsOf(path, labelBytes)).entries()) {
      const code = bytes[labelBytes - 1]!;
      const where = `${basename(file, '.bin')}:${i}`;
      if (names.length > 0 && code >= names.length) {
        problems.push({ where, reason: `label ${code}, but there are ${names.length} names` });
        continue;
      }
      const label = names[code] ?? String(code);
      const group = coarse[bytes[0]!];
      samples.push({
        id: where,
        image: { path, part: { offset: i * record + labelBytes, length: pixels }, raw: layout },
        captions: [captionOfClass(label, template)],
        label,
        split,
        attributes: labelBytes === 2 && group !== undefined ? { coarse: group } : {},
        where,
      });
    }
  }
  return { name, root, samples, problems };
}

function versionIn(names: readonly string[]): Version | undefined {
  return [cifar10, cifar100].find(
    // "train.bin" alone may be anything.
    (version) =>
      names.includes(version.files[0]![0]) &&
      (names.includes(version.files.at(-1)![0]) || names.includes(version.names)),
  );
}

/** Labels are the (fine) classes; CIFAR-100's twenty groups are the attribute `coarse`. Ids count from 0 in each file. */
export const cifar: SourceKind = {
  format: 'cifar',
  passesOver: 'lies beside the binary files, which were read instead',
  name: 'CIFAR',
  what: "CIFAR-10's or CIFAR-100's binary folder",
  recognizes: ({ kind, names }) => kind === 'folder' && versionIn(names) !== undefined,
  read: ({ path, names }, { template }) => readVersion(path, versionIn(names)!, template),
};
