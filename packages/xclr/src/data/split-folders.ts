// Whether the folders at the top are splits (train, val, test) or classes.
import { UserError } from '../util/errors.js';
import { splitFromName, splitOfFolder } from './split.js';
import type { Split } from './types.js';

/** How the images below a folder are spread. */
export interface Spread {
  readonly name: string;
  /** Images right in it. */
  readonly direct: number;
  /** Images in folders below it. */
  readonly deep: number;
}

/** The folders right below `prefix` ('' or 'a/b/') that have images somewhere below them. */
export function foldersWithImages(images: readonly string[], prefix = ''): Spread[] {
  const found = new Map<string, { name: string; direct: number; deep: number }>();
  for (const image of images) {
    if (!image.startsWith(prefix)) continue;
    const rest = image.slice(prefix.length);
    const slash = rest.indexOf('/');
    if (slash < 0) continue;
    const name = rest.slice(0, slash);
    const spread = found.get(name) ?? { name, direct: 0, deep: 0 };
    found.set(name, spread);
    if (rest.indexOf('/', slash + 1) < 0) spread.direct++;
    else spread.deep++;
  }
  return [...found.values()];
}

/** Folders that are splits, and those beside them that are none. */
export interface SplitLevel {
  readonly splits: ReadonlyMap<string, Split>;
  readonly others: readonly string[];
}

function ambiguous(root: string, splits: readonly Spread[], others: readonly Spread[]): UserError {
  const names = (list: readonly Spread[]) => list.map(({ name }) => `${name}/`).join(', ');
  return new UserError(
    `openDataset: ${root}: ${names(splits)} may be splits or classes, beside ${names(others)}`,
    'Choose with --data-format split-folders or --data-format class-folders.',
  );
}

/**
 * The splits among folders, or undefined where they are classes. Folders named exactly like splits are splits where no
 * other folder has images. With others beside them, or with longer names (seg_train, val2017), the folders must look
 * like splits: their images lie in folders of their own, and at least two splits are named.
 * @throws {UserError} where it could be either
 */
export function splitLevel(folders: readonly Spread[], root: string): SplitLevel | undefined {
  const named = folders.flatMap((folder) => {
    const split = splitOfFolder(folder.name);
    return split === undefined ? [] : [{ folder, split }];
  });
  if (named.length === 0) return undefined;
  const found = named.map(({ folder }) => folder);
  const others = folders.filter((folder) => !found.includes(folder));
  const level: SplitLevel = {
    splits: new Map(named.map(({ folder, split }) => [folder.name, split])),
    others: others.map(({ name }) => name),
  };
  const exact = found.every(({ name }) => splitFromName(name) !== undefined);
  const several = new Set(named.map(({ split }) => split)).size > 1;
  const holdFolders = found.every(({ direct, deep }) => deep > 0 && direct <= deep / 9);
  if (others.length === 0) return exact || several || holdFolders ? level : undefined;
  if (holdFolders && several) return level;
  const othersAreFlat = others.every(({ deep }) => deep === 0);
  // train/cat beside extra/cat: "train" is hardly a class.
  if (holdFolders && (othersAreFlat || exact)) throw ambiguous(root, found, others);
  if (exact && several && level.splits.has('train')) throw ambiguous(root, found, others);
  return undefined;
}

/** Every folder with a split's name is a split, as was asked for. @throws {UserError} where there is none */
export function allSplits(folders: readonly Spread[], root: string): SplitLevel {
  const splits = new Map<string, Split>();
  for (const { name } of folders) {
    const split = splitOfFolder(name);
    if (split !== undefined) splits.set(name, split);
  }
  if (splits.size === 0) {
    throw new UserError(
      `openDataset: ${root} holds no folder that is named like a split; its folders are ${folders.map(({ name }) => name).join(', ') || '(none)'}`,
      'Split folders are named train, val (or validation) and test.',
    );
  }
  return { splits, others: folders.map(({ name }) => name).filter((name) => !splits.has(name)) };
}

/**
 * The splits below every class folder, where the folders right below are named exactly like splits and hold all the
 * images: cat/train/1.png, cat/test/2.png. Undefined where they do not, or all are one split.
 */
export function splitsBelowClasses(
  images: readonly string[],
  prefix: string,
): ((image: string) => Split) | undefined {
  const splitOf = (image: string): Split | undefined => {
    const [, folder, name] = image.slice(prefix.length).split('/');
    return folder === undefined || name === undefined ? undefined : splitFromName(folder);
  };
  const found = new Set(images.map(splitOf));
  if (found.size < 2 || found.has(undefined)) return undefined;
  return (image) => splitOf(image)!;
}

/**
 * Where a split's class folders lie: archives often repeat a folder's name (seg_train/seg_train/forest). Goes down
 * while the only folder with images has the same name, or one that means the same split.
 */
export function classFoldersIn(images: readonly string[], folder: string, split: Split): string {
  const inside = foldersWithImages(images, `${folder}/`);
  const direct = images.some(
    (image) => image.startsWith(`${folder}/`) && !image.slice(folder.length + 1).includes('/'),
  );
  const [only] = inside;
  if (direct || inside.length !== 1 || only === undefined) return folder;
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const repeats = only.name === name || splitOfFolder(only.name) === split;
  return repeats ? classFoldersIn(images, `${folder}/${only.name}`, split) : folder;
}
