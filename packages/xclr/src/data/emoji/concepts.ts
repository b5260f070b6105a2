// Which emoji are drawn in which styles: one concept an emoji, with its name, keywords and place in Unicode's order.

import {
  type EmojiEntry,
  type Icon,
  type IconSet,
  readCharacters,
  readEntries,
  readGroups,
  readIcons,
} from './packages.js';

/** A concept: one emoji, whatever its style. */
export interface Concept {
  /** File name and value of the "concept" column: "dog-face". */
  readonly concept: string;
  /** Unicode's English name: "dog face". */
  readonly name: string;
  readonly keywords: readonly string[];
  readonly group: string;
  readonly subgroup: string;
  /** Drawings by style. */
  readonly icons: ReadonlyMap<string, Icon>;
}

/** Left out: parts of other emoji, and flags, whose names say nothing of what they look like. */
const omittedGroups = ['component', 'flags'];

/** Left out: digits on keys, which are letters rather than images. */
const omittedSubgroups = ['keycap'];

/** Lower-case code points without variation selectors and joiners, which sets write differently. */
function bareCode(hexcode: string): string {
  return hexcode
    .toLowerCase()
    .split('-')
    .filter((part) => part !== 'fe0f' && part !== '200d')
    .join('-');
}

/** A name as icon sets write it: "Piñata!" → "pinata". */
function kebab(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[’'“”"!:,.()&]/g, '')
    .replace(/[\s_]+/g, '-');
}

/** Follows aliases to a drawing; flips and turns on the way add up. */
function resolveIcon(set: IconSet, name: string): Icon | undefined {
  let current = name;
  let hFlip = false;
  let vFlip = false;
  let rotate = 0;
  for (let depth = 0; depth < 8; depth++) {
    const icon = set.icons[current];
    if (icon) {
      const box = { width: icon.width ?? set.width ?? 16, height: icon.height ?? set.height ?? 16 };
      return { ...icon, ...box, hFlip, vFlip, rotate };
    }
    const alias = set.aliases?.[current];
    if (!alias) return undefined;
    hFlip = hFlip !== (alias.hFlip ?? false);
    vFlip = vFlip !== (alias.vFlip ?? false);
    rotate = (rotate + (alias.rotate ?? 0)) % 4;
    current = alias.parent;
  }
  return undefined;
}

interface StyleIndex {
  readonly style: string;
  readonly set: IconSet;
  readonly names: ReadonlyMap<string, string>;
}

function indexOf(style: string): StyleIndex {
  const characters = Object.entries(readCharacters(style));
  return {
    style,
    set: readIcons(style),
    names: new Map(characters.map(([code, name]) => [bareCode(code), name])),
  };
}

/** Drawings of one emoji: by code point where a set has them, else by any name that the other sets use. */
function iconsOf(entry: EmojiEntry, indexes: readonly StyleIndex[]): Map<string, Icon> {
  const code = bareCode(entry.hexcode);
  const names = new Set([kebab(entry.label)]);
  for (const { names: byCode } of indexes) {
    const name = byCode.get(code);
    if (name !== undefined) names.add(name);
  }
  const icons = new Map<string, Icon>();
  for (const { style, set, names: byCode } of indexes) {
    const own = byCode.get(code);
    const tried = byCode.size > 0 ? (own === undefined ? [] : [own]) : [...names];
    const icon = tried.map((name) => resolveIcon(set, name)).find((found) => found !== undefined);
    if (icon) icons.set(style, icon);
  }
  return icons;
}

/**
 * Concepts drawn in at least `minimumStyles` of the styles, in Unicode's order.
 * @param groups Unicode groups to keep, such as "animals-nature"; all but components and flags by default
 */
export function readConcepts({
  styles,
  minimumStyles,
  groups,
}: {
  styles: readonly string[];
  minimumStyles: number;
  groups?: readonly string[] | undefined;
}): Concept[] {
  const named = readGroups();
  const indexes = styles.map(indexOf);
  const concepts = new Map<string, Concept>();
  for (const entry of readEntries()) {
    const group = named.groups[String(entry.group)];
    const subgroup = named.subgroups[String(entry.subgroup)];
    if (group === undefined || subgroup === undefined || omittedGroups.includes(group)) continue;
    if (omittedSubgroups.includes(subgroup) || (groups && !groups.includes(group))) continue;
    const icons = iconsOf(entry, indexes);
    if (icons.size < minimumStyles) continue;
    let concept = kebab(entry.label).replace(/[^\p{L}\p{N}-]/gu, '');
    if (concept === '' || concepts.has(concept)) concept = `${concept}-${bareCode(entry.hexcode)}`;
    concepts.set(concept, { concept, name: entry.label, keywords: entry.tags ?? [], group, subgroup, icons });
  }
  return [...concepts.values()];
}

/** The groups that concepts may come from. */
export function conceptGroups(): string[] {
  return Object.values(readGroups().groups).filter((group) => !omittedGroups.includes(group));
}
