// Renders the emoji set into a folder: images by style, a manifest, credits, and a stamp that says it is complete.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mapConcurrently } from '../../util/concurrently.js';
import { csvText } from '../../util/csv.js';
import { UserError } from '../../util/errors.js';
import { makeFolder, writeFileAtomic } from '../../util/files.js';
import { nearestName } from '../../util/nearest.js';
import { splitByHash } from '../split.js';
import type { SplitFractions } from '../types.js';
import { type Concept, conceptGroups, readConcepts } from './concepts.js';
import { drawIcon } from './draw.js';
import { emojiNotice } from './notice.js';
import { emojiStyles, type Icon, packageVersions } from './packages.js';

/** What to render. */
export interface EmojiOptions {
  /** Folder to fill: `<folder>/<style>/<concept>.png`, `manifest.csv`, `NOTICE.md`. */
  readonly folder: string;
  /** Width and height in pixels; 64 by default. Decoding is cheapest at the size it was rendered for. */
  readonly size?: number | undefined;
  /** Unicode groups to keep, such as "animals-nature" or "food-drink"; by default all but components and flags. */
  readonly groups?: readonly string[] | undefined;
  /** Default: all five. */
  readonly styles?: readonly string[] | undefined;
  /** A concept must be drawn in at least this many of the styles; 4 by default, fewer where fewer styles are asked for. */
  readonly minimumStyles?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What there is now. */
export interface EmojiSet {
  /** Path of manifest.csv, for openDataset. */
  readonly manifest: string;
  readonly concepts: number;
  readonly images: number;
  /** Images drawn by this call; 0 when a complete rendering was found. */
  readonly drawn: number;
}

/** Concepts, whatever their style, are 70 % train, 15 % validation, 15 % test, by a hash of their name. */
const emojiFractions: SplitFractions = { train: 0.7, validation: 0.15, test: 0.15 };

/** Raise it whenever the same packages would give other pixels or another manifest: old renderings are then redone. */
const rendering = 2;

interface Image {
  readonly concept: Concept;
  readonly style: string;
  readonly icon: Icon;
}

function checked(options: EmojiOptions): { size: number; styles: string[]; minimumStyles: number } {
  const known = emojiStyles.map(({ style }) => style);
  const styles = [...(options.styles ?? known)];
  const { size = 64, minimumStyles = Math.min(4, styles.length) } = options;
  const refuse = (name: string, value: string, allowed: readonly string[]): never => {
    const near = nearestName(value, allowed);
    throw new UserError(
      `renderEmoji: ${name} "${value}" is unknown; known: ${allowed.join(', ')}`,
      near === undefined ? undefined : `Did you mean "${near}"?`,
    );
  };
  for (const style of styles) if (!known.includes(style)) refuse('style', style, known);
  const groups = conceptGroups();
  for (const group of options.groups ?? []) if (!groups.includes(group)) refuse('group', group, groups);
  if (!Number.isInteger(size) || size < 8 || size > 1024) {
    throw new UserError(`renderEmoji: size must be an integer from 8 to 1024 pixels, got ${size}`);
  }
  return { size, styles, minimumStyles };
}

function readStamp(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return {}; // none yet, or cut by a crash: as good as none
  }
}

function manifestOf(images: readonly Image[]): string {
  const rows = images.map(({ concept: { concept, name, keywords, group, subgroup }, style }) => ({
    id: `${style}/${concept}`,
    image: `${style}/${concept}.png`,
    caption: name,
    keywords: keywords.join(', '),
    label: subgroup,
    concept,
    style,
    group,
    subgroup,
    split: splitByHash(concept, emojiFractions),
  }));
  return csvText(rows);
}

/** Draws one image, so that a file under its own name is always whole. */
async function drawTo(folder: string, { concept, style, icon }: Image, size: number): Promise<void> {
  const path = join(folder, style, `${concept.concept}.png`);
  let png: Buffer;
  try {
    png = await drawIcon(icon, size);
  } catch (error) {
    throw new Error(`renderEmoji: ${style}/${concept.concept} cannot be drawn: ${(error as Error).message}`);
  }
  // Not awaited: the files are tiny, and the thread pool is better kept for drawing. Not synced: the next call draws again
  // what is missing.
  writeFileAtomic(path, png, { durable: false });
}

/**
 * Renders the emoji set, about 1 ms an image and core. A complete rendering of the same packages, size and choice
 * is recognized and left alone; after an interruption only what is missing is drawn.
 */
export async function renderEmoji(options: EmojiOptions): Promise<EmojiSet> {
  const { size, styles, minimumStyles } = checked(options);
  const { folder, groups, onProgress } = options;
  const versions = packageVersions(styles);
  const manifest = join(folder, 'manifest.csv');
  const stampPath = join(folder, '.rendering.json');
  const pixels = JSON.stringify({ rendering, size, versions });
  const choice = JSON.stringify({ styles, minimumStyles, groups: groups ?? null });

  const stamp = readStamp(stampPath);
  if (stamp.pixels === pixels && stamp.choice === choice && existsSync(manifest)) {
    return { manifest, concepts: Number(stamp.concepts), images: Number(stamp.images), drawn: 0 };
  }
  makeFolder(folder);
  if (stamp.pixels !== pixels) {
    for (const { style } of emojiStyles) rmSync(join(folder, style), { recursive: true, force: true });
  }
  writeFileAtomic(stampPath, `${JSON.stringify({ pixels })}\n`); // what the images found by a later call were drawn from

  const concepts = readConcepts({ styles, minimumStyles, groups });
  const images = concepts.flatMap((concept) =>
    [...concept.icons].map(([style, icon]): Image => ({ concept, style, icon })),
  );
  const present = new Set<string>();
  for (const style of styles) {
    makeFolder(join(folder, style));
    for (const file of readdirSync(join(folder, style))) present.add(`${style}/${file}`);
  }
  const missing = images.filter(({ concept, style }) => !present.has(`${style}/${concept.concept}.png`));
  let done = images.length - missing.length;
  onProgress?.(done, images.length);
  await mapConcurrently(missing, 8, async (image) => {
    await drawTo(folder, image, size);
    onProgress?.(++done, images.length);
  });
  writeFileAtomic(join(folder, 'NOTICE.md'), emojiNotice(styles, versions, size));
  writeFileAtomic(manifest, manifestOf(images));
  const counts = { concepts: concepts.length, images: images.length };
  writeFileAtomic(stampPath, `${JSON.stringify({ pixels, choice, ...counts })}\n`);
  return { manifest, ...counts, drawn: missing.length };
}
