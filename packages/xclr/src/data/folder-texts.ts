// Source: images with a text file beside each, at any depth: a flat folder, or img2dataset's folders of files.
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { cleanText } from './caption.js';
import { whyUnreadable } from './image-names.js';
import { splitFromName } from './split.js';
import { isMissingCaption, onlyNumbers } from './tables/caption-value.js';
import { decodeText } from './text.js';
import type { Place, Problem, RawDataset, RawSample, SourceKind, Split } from './types.js';

const textExtensions = ['.txt', '.caption'];

/** 'more/0' of 'more/0.png', in one Unicode normal form: macOS may have written one of the two names. */
function stemOf(path: string): string {
  return path.slice(0, path.length - extname(path).length).normalize('NFC');
}

function isText(path: string): boolean {
  return textExtensions.includes(extname(path).toLowerCase());
}

/** The text files by the stems of their names; .txt before .caption. */
function textsByStem(files: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of files) {
    if (!isText(file)) continue;
    const stem = stemOf(file);
    if (!texts.has(stem) || extname(file).toLowerCase() === '.txt') texts.set(stem, file);
  }
  return texts;
}

/** The split that the first folder of every image names, where all of them do. */
function splitsOf(images: readonly string[]): (image: string) => Split | null {
  const first = (image: string) => splitFromName(image.slice(0, Math.max(0, image.indexOf('/'))));
  return images.every((image) => first(image) !== undefined) ? (image) => first(image) ?? null : () => null;
}

/** A caption a line of the text file beside each image, as img2dataset and many fine-tuning sets have it. */
async function readTexts({ path, tree }: Place): Promise<RawDataset> {
  const { images, unreadable, others } = await tree();
  const samples: RawSample[] = [];
  const problems: Problem[] = [];
  const texts = textsByStem(others);
  const imagesOf = new Map<string, string[]>();
  for (const image of [...images, ...unreadable]) {
    const stem = stemOf(image);
    imagesOf.set(stem, [...(imagesOf.get(stem) ?? []), image]);
  }
  const splitOf = splitsOf(images);
  for (const image of images) {
    const stem = stemOf(image);
    const text = texts.get(stem);
    const sharing = imagesOf.get(stem)!;
    if (text === undefined) {
      problems.push({ where: image, reason: `no ${basename(stem)}.txt beside it` });
      continue;
    }
    if (sharing.length > 1) {
      const reason = `${sharing.map((one) => basename(one)).join(' and ')} share ${basename(text)}: whose caption it is, is not known`;
      problems.push({ where: image, reason });
      continue;
    }
    let content: string;
    try {
      content = decodeText(readFileSync(join(path, text)));
    } catch (error) {
      problems.push({ where: text, reason: (error as Error).message });
      continue;
    }
    const captions = content.split('\n').map(cleanText).filter(Boolean);
    if (captions.every((caption) => caption === '' || isMissingCaption(caption))) {
      problems.push({ where: text, reason: 'empty caption' });
      continue;
    }
    if (captions.every((caption) => onlyNumbers.test(caption))) {
      problems.push({ where: text, reason: 'numbers, as of boxes or labels, and no caption' });
      continue;
    }
    const id = image.normalize('NFC');
    const found = { captions, label: null, split: splitOf(image), attributes: {}, where: image };
    samples.push({ id, image: { path: join(path, image) }, ...found });
  }
  for (const image of unreadable) problems.push({ where: image, reason: whyUnreadable(image)! });
  for (const [stem, text] of texts)
    if (!imagesOf.has(stem)) problems.push({ where: text, reason: 'no image beside it' });
  return { name: basename(path), root: path, samples, problems };
}

async function hasTexts({ kind, tree }: Place): Promise<boolean> {
  if (kind !== 'folder') return false;
  const { images, others } = await tree();
  const stems = textsByStem(others);
  return images.some((image) => stems.has(stemOf(image)));
}

export const folderTexts: SourceKind = {
  format: 'texts',
  name: 'images with a text file each',
  what: 'a folder of images with a text file beside each',
  recognizes: hasTexts,
  competes: () => true,
  read: readTexts,
};
