// The rows of a table as samples: checked once, decoded when asked for, a few bytes each.

import { isAbsolute, join, posix } from 'node:path';
import { append } from '../../util/arrays.js';
import { sha256 } from '../../util/checksum.js';
import { captionOfClass, cleanText, loneSurrogate } from '../caption.js';
import { readPart } from '../decode/read.js';
import { splitFromName, splitNames } from '../split.js';
import type { FoundColumns, ImageRef, Problem, RawDataset, RawSample, Sample, Split } from '../types.js';
import { isMissingCaption, isMissingLabel, type Texts, textsInText, textsOf } from './caption-value.js';
import { GrowingNumbers } from './growing-numbers.js';
import { splitOfPath } from './guess.js';
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
  /** True where the folder that an image's path begins with is its split: train/1.png. */
  readonly splitOfPaths?: boolean;
  /** The path of the file that a path of the table means (find-file.ts). */
  readonly findFile?: (path: string) => string;
}

const webAddress = /^[a-z][a-z0-9+.-]+:\/\//i;
const noSplit = -1;
const splitCodes: readonly Split[] = ['train', 'validation', 'test'];

function oneText(cell: Cell): string {
  return cleanText(cell === undefined || typeof cell === 'string' ? (cell ?? '') : cell.join(' '));
}

/** A path without './', '//' and 'x/../': the ways to write one path become one. */
function tidyPath(text: string): string {
  return /(^|\/)\.{0,2}\//.test(text) && !webAddress.test(text) ? posix.normalize(text) : text;
}

/** sha256 of an image's bytes: the identity of one that lies inside a table. Reads them. */
function bytesHash(image: ImageRef): string {
  return sha256(readPart(image));
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
  /** Rows whose name was another image's already: ids with the hash of their bytes. */
  readonly renamed = new Map<number, string>();
  /** Before every id: the file's name, where several files name their images alike. */
  idPrefix = '';

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

  /** The row that was asked for last and its image: it is asked for several times while a row is checked. */
  #lastRow = -1;
  #lastImage = '';

  /** The image as the table writes it. */
  imageText(row: number): string {
    if (row !== this.#lastRow) {
      const cell = this.cell(row, this.columns.image);
      this.#lastImage = typeof cell === 'string' ? cell.trim() : '';
      this.#lastRow = row;
    }
    return this.#lastImage;
  }

  /** The row's image as a path: './' and the like gone. Empty where the table has only its bytes. */
  imageName(row: number): string {
    return tidyPath(this.imageText(row) || (this.pathBesideBytes(row) ?? ''));
  }

  /** Where the column of images holds a path instead of bytes. */
  pathBesideBytes(row: number): string | undefined {
    return this.table.image?.(row) === undefined ? this.table.imagePath?.(row) : undefined;
  }

  id(row: number): string {
    return this.idPrefix + (this.renamed.get(row) ?? this.ownId(row));
  }

  /** The id that the row itself gives: of the id column, or its image's path, or its place in the table. */
  ownId(row: number): string {
    return (
      oneText(this.cell(row, this.columns.id)) ||
      this.imageName(row).normalize('NFC') ||
      this.table.where(row)
    );
  }

  /** Equal for rows of one image: the id, but a path within the folder of images is the same with and without that folder. */
  key(row: number): string {
    const id = this.renamed.get(row) ?? this.ownId(row);
    if (this.columns.id >= 0 || !isAbsolute(id)) return id;
    const inside = `${this.reading.imageRoot}/`;
    return id.startsWith(inside) ? id.slice(inside.length) : id;
  }

  /** The texts of a row's caption, as they are written, or why they are none. */
  captionTexts(row: number): Texts {
    const place = this.columns.caption;
    if (place < 0) return [];
    const value = this.table.value?.(row, place);
    if (value !== undefined) return textsOf(value, this.reading.columns.captionKey);
    const cell = this.cell(row, place);
    if (cell === undefined) return [];
    return typeof cell === 'string' ? textsInText(cell, this.reading.columns.captionKey) : cell;
  }

  /** Captions of a row, without those of its further rows. */
  captions(row: number, label: string | null): string[] {
    const { columns, template } = this.reading;
    if (columns.caption === undefined) return label === null ? [] : [captionOfClass(label, template)];
    const texts = this.captionTexts(row);
    if ('reason' in texts) return [];
    return texts.map(cleanText).filter((text) => text !== '' && !isMissingCaption(text));
  }

  image(row: number): ImageRef {
    const inside = this.table.image?.(row);
    if (inside !== undefined) return inside;
    const name = this.imageName(row);
    const path = isAbsolute(name) ? name : join(this.reading.imageRoot, name);
    return { path: this.reading.findFile?.(path) ?? path };
  }

  /** True where two rows with the same key have the same image: the same file, or equal bytes. */
  sameImage(a: number, b: number): boolean {
    const inside = this.table.image?.(a);
    const other = this.table.image?.(b);
    if (inside !== undefined && other !== undefined)
      return inside.part?.length === other.part?.length && bytesHash(inside) === bytesHash(other);
    if (inside !== undefined || other !== undefined) return false;
    // One name in two Unicode normal forms may be two files.
    return this.imageText(a) === this.imageText(b) || this.image(a).path === this.image(b).path;
  }

  /** Names a row by its image's bytes, where its name is another image's already. */
  nameByBytes(row: number, image: ImageRef): void {
    this.renamed.set(row, `${this.ownId(row)}@${bytesHash(image).slice(0, 12)}`);
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
    const attributes: [string, string][] = [];
    const { columns } = this.#rows.table;
    for (const [place, name] of columns.entries()) {
      if (this.#rows.taken.has(name)) continue;
      const cell = this.#rows.cell(this.#row, place);
      if (cell !== undefined) attributes.push([name, typeof cell === 'string' ? cell : cell.join(' ')]);
    }
    return Object.fromEntries(attributes); // a column may be named "__proto__"
  }

  get where(): string {
    return this.#rows.table.where(this.#row);
  }
}

/** Why a row cannot be a sample, or undefined. */
function whyNot(rows: CheckedRows, row: number, label: string | null): string | undefined {
  const { columns, table } = rows;
  if (table.image?.(row) === undefined) {
    const image = rows.imageName(row);
    if (image === '' || (table.image !== undefined && rows.pathBesideBytes(row) === undefined))
      return 'no image';
    if (webAddress.test(image)) return `"${image}" is a web address; images must be files here`;
  }
  const label_ = columns.label < 0 ? undefined : table.value?.(row, columns.label);
  if (typeof label_ === 'object' && label_ !== null) return 'the label is an object or a list, not a text';
  const labels = columns.label < 0 ? undefined : table.cell(row, columns.label);
  if (typeof labels === 'object' && labels.length > 1)
    return `the label is a list of ${labels.length}; a sample has one class`;
  if (columns.caption < 0) return label === null ? 'empty label' : undefined;
  // A plain text of some length is a caption, which is known without decoding it.
  if (table.hasText?.(row, columns.caption) === true) return undefined;
  const texts = rows.captionTexts(row);
  if ('reason' in texts) return texts.reason;
  if (texts.some((text) => loneSurrogate.test(text)))
    return 'the caption holds half of a surrogate pair, which is no character';
  const captions = texts.map(cleanText).filter((text) => text !== '');
  if (captions.length === 0) return 'empty caption';
  return captions.every(isMissingCaption)
    ? `the caption is "${captions[0]}", which is how programs write that there is none`
    : undefined;
}

/**
 * The samples of a table. Where it has no id column, the image's path is the id, and further rows of one image
 * with the same label and split and other captions (as in Flickr30k's lists) become further captions of one sample;
 * with an id column, and for all else, a second row of one id is listed as a problem. An image that lies in the table
 * is what its bytes are: under a name that another image has, its id is the name with the hash of its bytes.
 */
export function samplesOfTable(
  table: Table,
  reading: RowReading,
): Pick<RawDataset, 'samples' | 'problems' | 'drawSplits' | 'prefixIds'> {
  const rows = new CheckedRows(table, reading);
  const { columns } = rows;
  const problems: Problem[] = [];
  const [kept, labels, splits] = [new GrowingNumbers(), new GrowingNumbers(), new GrowingNumbers()];
  const codes = new Map<string, number>();
  const known = new Map<string, Split | undefined>();
  const duplicates: Problem[] = [];
  const index = new RowIndex((place) => rows.key(kept.at(place)), table.expectedRows);
  table.forEachRow((row) => {
    const labelText = oneText(rows.cell(row, columns.label));
    const label = labelText === '' || isMissingLabel(labelText) ? null : labelText;
    const reason = whyNot(rows, row, label);
    const splitName = oneText(rows.cell(row, columns.split));
    if (splitName !== '' && !known.has(splitName)) known.set(splitName, splitFromName(splitName));
    const split =
      splitName !== ''
        ? known.get(splitName)
        : reading.splitOfPaths === true
          ? (splitOfPath(rows.imageName(row)) ?? null)
          : (reading.split ?? null);
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
    const place = kept.length;
    let earlier = index.add(rows.key(row), place);
    let sameImage = earlier !== undefined && columns.id < 0 && rows.sameImage(kept.at(earlier), row);
    const inside = earlier === undefined || columns.id >= 0 ? undefined : table.image?.(row);
    if (inside !== undefined && !sameImage) {
      rows.nameByBytes(row, inside);
      earlier = index.add(rows.key(row), place);
      sameImage = earlier !== undefined;
    }
    if (earlier !== undefined) {
      const same =
        sameImage && labels.at(earlier) === labelCode >>> 0 && splits.at(earlier) === splitCode >>> 0;
      if (!same || !addFurtherRow(rows, kept.at(earlier), earlier, row, label)) {
        duplicates.push({
          where: table.where(row),
          reason: `duplicate id "${rows.id(row)}", first at ${table.where(kept.at(earlier))}`,
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
  if (reading.splitOfPaths === true) {
    // One split alone says no more than where the images lie.
    const named = new Set(rows.splitOf);
    if (named.size < 2) rows.splitOf.fill(noSplit);
    else {
      const reason = "no column has splits; the folders that the images' paths begin with were taken";
      problems.push({ where: table.where(0).replace(/:\d+$/, ''), reason, warning: true });
    }
  }
  append(rows.labels, codes.keys());
  if (countsClasses(codes)) forgetLabel(rows, codes.get(noClass)!);
  const samples: RawSample[] = [];
  for (const [place, row] of rows.rows.entries()) {
    if (columns.caption >= 0 || rows.labelOf[place]! >= 0) samples.push(new TableSample(rows, place));
    else problems.push({ where: table.where(row), reason: 'no label (-1) and no caption' });
  }
  return {
    samples,
    problems: [...table.problems, ...problems, ...duplicates],
    drawSplits: (draw) => {
      rows.drawSplit = draw;
    },
    prefixIds: (prefix) => {
      rows.idPrefix = prefix;
    },
  };
}

/** Hugging Face's mark for no class, among numbers that count classes from 0. */
const noClass = '-1';

/** True where the labels are numbers of classes, one of them −1. Labels of −1 and 1 alone are two classes. */
function countsClasses(codes: ReadonlyMap<string, number>): boolean {
  return codes.has(noClass) && codes.has('0') && [...codes.keys()].every((label) => /^(-1|\d+)$/.test(label));
}

function forgetLabel(rows: CheckedRows, code: number): void {
  for (let place = 0; place < rows.labelOf.length; place++)
    if (rows.labelOf[place] === code) rows.labelOf[place] = -1;
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
