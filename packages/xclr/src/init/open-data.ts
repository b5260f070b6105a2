// Opens data for a proposal: where a table does not name its columns as usual, they are found by what is in them.

import { extname } from 'node:path';
import { isImage } from '../data/image-names.js';
import { type Dataset, type DatasetOptions, openDataset } from '../data/index.js';
import { manifestExtensions, readTable } from '../data/manifest.js';
import { MissingColumn } from '../data/tables/columns.js';
import { maxOf } from '../util/arrays.js';
import { textColumns } from './text-columns.js';

export interface OpenedData {
  readonly dataset: Dataset;
  /** Columns that were found by their content; the settings must name them. */
  readonly found: { readonly image?: string; readonly caption?: string };
}

/** Rows of a table that are looked at for file names. */
const rowsLookedAt = 50;

/** The column in which nearly all cells are names of image files. */
function imageColumn(path: string): string | undefined {
  if (!manifestExtensions.includes(extname(path).toLowerCase())) return undefined;
  const table = readTable(path);
  const images = table.columns.map(() => 0);
  let rows = 0;
  table.forEachRow((row) => {
    if (rows >= rowsLookedAt) return;
    rows++;
    for (const column of table.columns.keys()) {
      const cell = table.cell(row, column);
      if (typeof cell === 'string' && isImage(cell.trim())) images[column]!++;
    }
  });
  const best = images.indexOf(maxOf(images));
  return images[best]! >= 0.9 * rows && rows > 0 ? table.columns[best] : undefined;
}

/** Opens the data. Where a table has neither captions nor labels, the first column with texts is taken for the captions. */
export async function openData(path: string, options: DatasetOptions): Promise<OpenedData> {
  const open = async (found: OpenedData['found']): Promise<Dataset> => {
    const columns = { ...options.columns };
    if (found.image !== undefined) columns.image = found.image;
    if (found.caption !== undefined) columns.caption = found.caption;
    return openDataset(path, { ...options, columns });
  };
  const attempt = async (found: OpenedData['found']): Promise<OpenedData> => {
    try {
      return { dataset: await open(found), found };
    } catch (error) {
      if (!(error instanceof MissingColumn)) throw error;
      if (error.wanted === 'image') {
        const image = imageColumn(path);
        if (image === undefined) throw error;
        return attempt({ ...found, image });
      }
      // With some column for the captions the table can be opened, and its other columns looked at.
      const any = error.image ?? error.columns[0];
      const [texts] = any === undefined ? [] : textColumns((await open({ ...found, caption: any })).samples);
      if (texts === undefined) throw error;
      return attempt({ ...found, caption: texts.name });
    }
  };
  return attempt({});
}
