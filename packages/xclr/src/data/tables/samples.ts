// The rows of a table as samples: checked once, decoded when asked for, a few bytes each.

import { isAbsolute, join } from 'node:path';
import { captionOfClass, cleanText } from '../caption.js';
import { splitFromName, splitNames } from '../split.js';
import type { ImageRef, Problem, RawDataset, RawSample, Sample, Split } from '../types.js';
import type { FoundColumns } from './columns.js';
import { GrowingNumbers } from './growing-numbers.js';
import { RowIndex } from './row-index.js';
import type { Cell, Table } from './table.js';

/** How rows become samples. */
export interface RowReading {
  readonly columns: FoundColumns;
  /** Folder that relative image paths start from. */
  readonly imageRoot: string;
  /** Caption of a row that has only a label. */
  readonly template: string;
  /** The split of every row, where the table's place says it ("train/…") and no column does. */
  readonly split?: Split | null;
  /** The file of an image that the table names without its extension, or undefined. */
  readonly withExtension?: (path: string) => string | undefined;
}

const webAddress = /^[a-z][a-z0-9+.-]+:\/\//i;
const noSplit = -1;
const splitCodes: readonly Split[] = ['train', 'validation', 'test'];

function oneText(cell: Cell): string {
  return cleanText(cell === undefined || typeof cell === 'string' ? (cell ?? '') : cell.join(' '));
}

/** The captions of a cell: a list, or a text; a text that is a JSON list of texts (in CSV) counts as a list. */
function captionsOf(cell: Cell): string[] {
  let list: Cell = cell ?? '';
  if (typeof list === 'string' && /^\s*\[\s*"/.test(list)) {
    try {
      const parsed: unknown = JSON.parse(list);
      if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string')) list = parsed;
    } catch {
      // a caption that merely begins like a list
    }
  }
  const texts = typeof list === 'string' ? [list] : list;
  return texts.map(cleanText).filter((text) => text !== '');
}

/** Rows of one table that are samples, with what was worked out of them. */
class CheckedRows {
  readonly table: Table;
  readonly reading: RowReading;
  /** Places of the columns in the table; −1 where there is none. */
  readonly columns: Readonly<Record<'image' | 'caption' | 'label' | 'split' | 'id', number>>;
  /** Names of the columns that have a role; the others are attributes. */
  readonly taken: ReadonlySet<string | undefined>;
  rows: Uint32Array = new Uint32Array(0);
  /** Distinct labels, and which of them each row has; −1 for none. */
  readonly labels: string[] = [];
  labelOf: Int32Array = new Int32Array(0);
  splitOf: Int8Array = new Int8Array(0);
  /** Draws the splits that no row names, each when it is first asked for: a million hashes take a second. */
  drawSplit: ((sample: Sample) => Split) | undefined;
  /** Further rows of the same image, by the sample's place. */
  readonly furtherRows = new Map<number, number[]>();

  constructor(table: Table, reading: RowReading) {
    this.table = table;
    this.reading = reading;
    const { image, caption, label, split, id } = reading.columns;
    this.taken = new Set([image, caption, label, split, id]);
    const placeOf = (name: string | undefined) => (name === undefined ? -1 : table.columns.indexOf(name));
    this.columns = {
      image: placeOf(image),
      caption: placeOf(caption),
      label: placeOf(label),
      split: placeOf(split),
      id: placeOf(id),
    };
  }

  cell(row: number, column: number): Cell {
    return column < 0 ? undefined : this.table.cell(row, column);
  }

  /** The image as the table writes it. */
  imageText(row: number): string {
    const cell = this.cell(row, this.columns.image);
    return typeof cell === 'string' ? cell.trim() : '';
  }

  /** @param image the row's image as the table writes it */
  id(row: number, image = this.imageText(row)): string {
    return oneText(this.cell(row, this.columns.id)) || image.normalize('NFC') || this.table.where(row);
  }

  /** Captions of a row, without those of its further rows. */
  captions(row: number, label: string | null): string[] {
    const { columns, template } = this.reading;
    const own = columns.caption === undefined ? [] : captionsOf(this.cell(row, this.columns.caption));
    if (own.length > 0 || label === null) return own;
    return columns.caption === undefined ? [captionOfClass(label, template)] : own;
  }

  image(row: number): ImageRef {
    const inside = this.table.image?.(row);
    if (inside !== undefined) return inside;
    const text = this.imageText(row);
    const path = isAbsolute(text) ? text : join(this.reading.imageRoot, text);
    return { path: this.reading.withExtension?.(path) ?? path };
  }
}

/** One row as a sample: everything is read from the table when it is asked for. */
class TableSample implements RawSample {
  readonly #rows: CheckedRows;
  readonly #place: number;

  constructor(rows: CheckedRows, place: number) {
    this.#rows = rows;
    this.#place = place;
  }

  get #row(): number {
    return this.#rows.rows[this.#place]!;
  }

  get id(): string {
    return this.#rows.id(this.#row);
  }

  get image(): ImageRef {
    return this.#rows.image(this.#row);
  }

  get captions(): readonly string[] {
    const first = this.#rows.captions(this.#row, this.label);
    const further = this.#rows.furtherRows.get(this.#place) ?? [];
    return [...first, ...further.flatMap((row) => this.#rows.captions(row, this.label))];
  }

  get label(): string | null {
    return this.#rows.labels[this.#rows.labelOf[this.#place]!] ?? null;
  }

  get split(): Split | null {
    const { splitOf, drawSplit } = this.#rows;
    if (splitOf[this.#place] === noSplit && drawSplit !== undefined)
      splitOf[this.#place] = splitCodes.indexOf(drawSplit(this));
    return splitCodes[splitOf[this.#place]!] ?? null;
  }

  get attributes(): Readonly<Record<string, string>> {
    const attributes: Record<string, string> = {};
    const { columns } = this.#rows.table;
    for (const [place, name] of columns.entries()) {
      if (this.#rows.taken.has(name)) continue;
      const cell = this.#rows.cell(this.#row, place);
      if (cell !== undefined) attributes[name] = typeof cell === 'string' ? cell : cell.join(' ');
    }
    return attributes;
  }

  get where(): string {
    return this.#rows.table.where(this.#row);
  }
}

/** Why a row cannot be a sample, or undefined. */
function whyNot(rows: CheckedRows, row: number, image: string, label: string | null): string | undefined {
  const { columns } = rows;
  if (rows.table.image === undefined) {
    if (image === '') return 'no image';
    if (webAddress.test(image)) return `"${image}" is a web address; images must be files here`;
  } else if (rows.table.image(row) === undefined) return 'no image';
  if (columns.caption < 0) return label === null ? 'empty label' : undefined;
  if (rows.table.hasText?.(row, columns.caption) === true) return undefined;
  const caption = rows.cell(row, columns.caption);
  if (
    typeof caption === 'string'
      ? caption.trim() === '' || caption.trim() === '[]'
      : captionsOf(caption).length === 0
  )
    return 'empty caption';
  return undefined;
}

/**
 * The samples of a table. Where it has no id column, the image as written is the id, and further rows of one image
 * with the same label and split and other captions (as in Flickr30k's lists) become further captions of one sample;
 * with an id column, and for all else, a second row of one id is listed as a problem.
 */
export function samplesOfTable(
  table: Table,
  reading: RowReading,
): Pick<RawDataset, 'samples' | 'problems' | 'drawSplits'> {
  const rows = new CheckedRows(table, reading);
  const { columns } = rows;
  const problems: Problem[] = [];
  const [kept, labels, splits] = [new GrowingNumbers(), new GrowingNumbers(), new GrowingNumbers()];
  const codes = new Map<string, number>();
  const known = new Map<string, Split | undefined>();
  const duplicates: Problem[] = [];
  const index = new RowIndex((place) => rows.id(kept.at(place)), table.expectedRows);
  table.forEachRow((row) => {
    const image = rows.imageText(row);
    const label = oneText(rows.cell(row, columns.label)) || null;
    const reason = whyNot(rows, row, image, label);
    const splitName = oneText(rows.cell(row, columns.split));
    if (splitName !== '' && !known.has(splitName)) known.set(splitName, splitFromName(splitName));
    const split = splitName === '' ? (reading.split ?? null) : known.get(splitName);
    if (reason !== undefined || split === undefined) {
      problems.push({
        where: table.where(row),
        reason: reason ?? `unknown split "${splitName}" (known: ${splitNames})`,
      });
      return;
    }
    const labelCode = label === null ? -1 : (codes.get(label) ?? codes.size);
    if (label !== null && labelCode === codes.size) codes.set(label, labelCode);
    const splitCode = split === null ? noSplit : splitCodes.indexOf(split);
    const id = rows.id(row, image);
    const place = kept.length;
    const earlier = index.add(id, place);
    if (earlier !== undefined) {
      const same =
        columns.id < 0 && labels.at(earlier) === labelCode >>> 0 && splits.at(earlier) === splitCode >>> 0;
      if (!same || !addFurtherRow(rows, kept.at(earlier), earlier, row, label)) {
        duplicates.push({
          where: table.where(row),
          reason: `duplicate id "${id}", first at ${table.where(kept.at(earlier))}`,
        });
      }
      return;
    }
    kept.push(row);
    labels.push(labelCode);
    splits.push(splitCode);
  });
  rows.rows = kept.done();
  rows.labelOf = new Int32Array(labels.done().buffer); // the same bits: −1 is the largest unsigned number
  rows.splitOf = Int8Array.from(splits.done());
  rows.labels.push(...codes.keys());
  const samples = new Array<RawSample>(kept.length);
  for (let place = 0; place < kept.length; place++) samples[place] = new TableSample(rows, place);
  return {
    samples,
    problems: [...table.problems, ...problems, ...duplicates],
    drawSplits: (draw) => {
      rows.drawSplit = draw;
    },
  };
}

/** True where the row has a caption that the sample does not have yet, and was added to it. */
function addFurtherRow(
  rows: CheckedRows,
  first: number,
  place: number,
  row: number,
  label: string | null,
): boolean {
  const further = rows.furtherRows.get(place) ?? [];
  const have = new Set([first, ...further].flatMap((one) => rows.captions(one, label)));
  if (rows.captions(row, label).some((caption) => have.has(caption))) return false;
  further.push(row);
  rows.furtherRows.set(place, further);
  return true;
}
