// An inspection as lines for the terminal.

import { count, decimal, plural } from '../report/format.js';
import { maxOf } from '../util/arrays.js';
import { shorten } from '../util/shorten.js';
import type { Inspection, Named, Spread } from './inspection.js';

/** 12 – 48 – 310: minimum, median, maximum. */
export function spreadText({ min, median, max }: Spread): string {
  return min === max ? count(min) : `${count(min)} – ${count(median)} – ${count(max)}`;
}

/** 1.2 kB, 3.4 MB; decimal units. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : decimal(value, 1)} ${units[step]}`;
}

/** Characters of a name in a list of several. */
const longestName = 48;

/** jpeg 980, png 20, … 3 more: the first few of a list, of which there may be more than it names. */
export function namedText(list: readonly Named[], { limit = 6, of = list.length } = {}): string {
  const shown = list.slice(0, limit).map(({ name, count: n }) => `${shorten(name, longestName)} ${count(n)}`);
  return `${shown.join(', ')}${of > shown.length ? `, … ${count(of - shown.length)} more` : ''}`;
}

/** train 800, validation 100, test 100 (drawn by a hash of each id) */
export function splitsText({ splits, splitsDrawn }: Inspection): string {
  const named = Object.entries(splits).filter(([, n]) => n > 0);
  const text = named.map(([name, n]) => `${name === 'none' ? 'in none' : name} ${count(n)}`).join(', ');
  return `${text}${splitsDrawn ? ' (drawn by a hash of each id: the data names none)' : ''}`;
}

function lines(data: Inspection): (readonly [string, string])[] {
  const { classes, captions, textEncoder, images, problems } = data;
  const { bytes, width, height } = images;
  const skipped = problems.filter(({ warning }) => !warning).length;
  const traits = images.traits.length === 0 ? '' : ` (${namedText(images.traits)})`;
  return [
    ['source', data.source],
    ['images', count(data.samples)],
    ['splits', splitsText(data)],
    [
      'classes',
      classes.classes === 0
        ? 'none'
        : `${count(classes.classes)}; images per class ${spreadText(classes.samples)}${classes.unlabeled > 0 ? `; ${count(classes.unlabeled)} without a label` : ''}`,
    ],
    [
      'captions',
      `${count(captions.captions)}, ${count(captions.distinct)} distinct; per image ${spreadText(captions.perSample)}; words ${spreadText(captions.words)}`,
    ],
    ['text encoder', `${textEncoder.encoder}, ${textEncoder.why}`],
    [
      'width × height',
      `${spreadText(width)} × ${spreadText(height)} px, of ${plural(images.looked, 'image')} read`,
    ],
    [
      'bytes per image',
      bytes.min === bytes.max
        ? bytesText(bytes.min)
        : `${bytesText(bytes.min)} – ${bytesText(bytes.median)} – ${bytesText(bytes.max)}`,
    ],
    ['formats', `${namedText(images.formats)}${traits}`],
    ...data.attributes.map(
      ({ name, distinct, commonest }) =>
        [
          `column ${name}`,
          `${plural(distinct, 'value')}: ${namedText(commonest, { limit: 4, of: distinct })}`,
        ] as const,
    ),
    ['problems', skipped === 0 ? 'none' : plural(skipped, 'file or row left out', 'files or rows left out')],
    ['fingerprint', data.fingerprint.slice(0, 16)],
  ];
}

const marks = { problem: '✗', advice: '!', good: '✓' } as const;

/** The whole report; ranges are minimum – median – maximum. */
export function inspectionText(data: Inspection): string {
  const all = lines(data);
  const width = maxOf(all.map(([name]) => name.length));
  const facts = all.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const remarks = data.remarks.map(
    ({ level, title, text, remedy }) =>
      `${marks[level]} ${title}\n    ${text}${remedy === undefined ? '' : `\n    → ${remedy}`}`,
  );
  return [`${data.name}  (${data.path})`, ...facts, '', ...remarks].join('\n');
}
