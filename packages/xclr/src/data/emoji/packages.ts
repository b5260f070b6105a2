// The npm packages that the emoji set is drawn from: drawings in five styles, names and keywords from Unicode.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';

/** A drawing style and its attribution. */
export interface EmojiStyle {
  readonly style: string;
  readonly title: string;
  readonly credit: string;
  readonly license: string;
  readonly source: string;
}

/** Styles with permissive licenses; each is the npm package @iconify-json/<style>. */
export const emojiStyles: readonly EmojiStyle[] = [
  {
    style: 'noto',
    title: 'Noto Emoji',
    credit: 'Google LLC',
    license: 'Apache-2.0',
    source: 'https://github.com/googlefonts/noto-emoji',
  },
  {
    style: 'noto-v1',
    title: 'Noto Emoji, first version',
    credit: 'Google LLC',
    license: 'Apache-2.0',
    source: 'https://github.com/googlefonts/noto-emoji',
  },
  {
    style: 'twemoji',
    title: 'Twemoji',
    credit: 'Twitter, Inc. and other contributors (jdecked/twemoji)',
    license: 'CC-BY-4.0',
    source: 'https://github.com/jdecked/twemoji',
  },
  {
    style: 'fluent-emoji-flat',
    title: 'Fluent Emoji, flat',
    credit: 'Microsoft Corporation',
    license: 'MIT',
    source: 'https://github.com/microsoft/fluentui-emoji',
  },
  {
    style: 'emojione',
    title: 'EmojiOne 2 as kept by Emojitwo',
    credit: 'Ranks.com, Inc. (EmojiOne) and the Emojitwo contributors',
    license: 'CC-BY-4.0',
    source: 'https://github.com/EmojiTwo/emojitwo',
  },
];

/** One drawing: the inside of an SVG and its view box. */
export interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
  readonly hFlip?: boolean;
  readonly vFlip?: boolean;
  /** Quarter turns. */
  readonly rotate?: number;
}

/** Another name of an icon, perhaps flipped or turned. */
type Alias = Omit<Partial<Icon>, 'body'> & { readonly parent: string };

/** An icon set as Iconify writes it. */
export interface IconSet {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases?: Readonly<Record<string, Alias>>;
}

/** One emoji of emojibase-data. */
export interface EmojiEntry {
  readonly label: string;
  readonly hexcode: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly subgroup?: number;
}

/** Beside this package, or in the project that xclr is run in: where xclr is installed globally they differ. */
const places = [createRequire(import.meta.url), createRequire(join(process.cwd(), 'package.json'))];

function find(file: string): string | undefined {
  for (const place of places) {
    try {
      return place.resolve(file);
    } catch {
      // it may be in the other
    }
  }
  return undefined;
}

function readJson(name: string, file: string): unknown {
  const path = find(`${name}/${file}`);
  if (path === undefined) {
    throw new UserError(
      `renderEmoji: the npm package ${name} is not installed`,
      `Run: npm install ${[...emojiStyles.map(({ style }) => `@iconify-json/${style}`), 'emojibase-data'].join(' ')}`,
    );
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The drawings of a style. */
export function readIcons(style: string): IconSet {
  return readJson(`@iconify-json/${style}`, 'icons.json') as IconSet;
}

/** Code points ("1f436") to icon names; empty for sets that have only names. */
export function readCharacters(style: string): Readonly<Record<string, string>> {
  return readJson(`@iconify-json/${style}`, 'chars.json') as Record<string, string>;
}

/** All emoji with English names and keywords. */
export function readEntries(): readonly EmojiEntry[] {
  return readJson('emojibase-data', 'en/data.json') as EmojiEntry[];
}

/** Names of groups and subgroups by number. */
export function readGroups(): { groups: Record<string, string>; subgroups: Record<string, string> } {
  return readJson('emojibase-data', 'meta/groups.json') as {
    groups: Record<string, string>;
    subgroups: Record<string, string>;
  };
}

/** Installed versions of all packages, for the stamp of a rendering. */
export function packageVersions(styles: readonly string[]): Record<string, string> {
  const names = [...styles.map((style) => `@iconify-json/${style}`), 'emojibase-data'];
  return Object.fromEntries(
    names.map((name) => [name, (readJson(name, 'package.json') as { version: string }).version]),
  );
}
