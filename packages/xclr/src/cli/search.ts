// `xclr search`: the nearest items of an index, by image, by id, or by words.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import {
  ask,
  duplicateGroups,
  duplicatePage,
  type GalleryQuery,
  galleryPage,
  type Match,
  openIndex,
  parseConditions,
  refuseOtherEncoder,
  type VectorIndex,
} from '../deploy/search/index.js';
import { plural } from '../report/format.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { startProgress } from '../util/progress.js';
import { shorten } from '../util/shorten.js';
import { textTable } from '../util/table.js';
import { nearDuplicate } from './commands/near-duplicate.js';
import { encoderOptions } from './encoder-flags.js';
import { reportPath } from './report-path.js';

export interface SearchFlags extends OpenEncoderOptions {
  readonly ef?: number;
  readonly image?: string;
  readonly id?: string;
  readonly text?: string;
  readonly duplicates?: true | number;
  readonly k: number;
  readonly filter?: string;
  readonly diversity: number;
  readonly encoder?: string;
  readonly json?: true;
  readonly html?: string;
  readonly postgres?: string;
}

export async function searchCommand(name: string, flags: SearchFlags): Promise<void> {
  const asked = [flags.image, flags.id, flags.text, flags.duplicates].filter((one) => one !== undefined);
  if (asked.length !== 1) {
    throw new UserError(
      `search: expected one of --image, --id, --text and --duplicates, got ${asked.length}`,
      'For example: --text "blue jeans"',
    );
  }
  if (flags.html !== undefined) reportPath(flags.html, name, { file: 'found.html', flag: '--html' });
  if (flags.image !== undefined && !existsSync(flags.image))
    throw new UserError(`search: there is no image ${flags.image}`, 'Check the path.');
  await using index = await openIndex(name, flags);
  if (flags.duplicates !== undefined) {
    await showDuplicates(index, flags.duplicates === true ? nearDuplicate : flags.duplicates, flags);
    return;
  }
  const conditions = flags.filter === undefined ? [] : parseConditions(flags.filter, index.columns);
  const options = { k: flags.k, conditions, diversity: flags.diversity };
  const matches = await found(index, flags, options);
  if (flags.html !== undefined) {
    const head = { index: index.name, created: new Date(), filter: flags.filter };
    writeFileAtomic(flags.html, await galleryPage(matches, await queryShown(index, flags), head));
  }
  if (flags.json === true) console.log(JSON.stringify(matches.map(plainMatch), null, 2));
  else console.log(table(matches));
  if (flags.html !== undefined) console.error(`→ ${flags.html}`);
}

/** The query as the page shows it. */
async function queryShown(index: VectorIndex, { text, id, image }: SearchFlags): Promise<GalleryQuery> {
  if (text !== undefined) return { text };
  if (id === undefined) return { file: image! };
  const [found] = await index.get([id]);
  return { item: found!.item }; // it was searched for: it is there
}

async function found(
  index: VectorIndex,
  flags: SearchFlags,
  options: Parameters<typeof ask>[2],
): Promise<Match[]> {
  if (flags.text !== undefined) return ask(index, { text: flags.text }, options);
  if (flags.id !== undefined) return ask(index, { id: flags.id }, options);
  await using encoder = await openEncoder(flags.encoder ?? index.encoder.name, encoderOptions(flags));
  refuseOtherEncoder(index, encoder);
  return await ask(index, { image: { path: resolve(flags.image!) }, encoder }, options);
}

async function showDuplicates(index: VectorIndex, threshold: number, flags: SearchFlags): Promise<void> {
  using progress = startProgress('comparing', index.size, { unit: 'item' });
  const groups = await duplicateGroups(index, threshold, (done) => progress.update(done));
  progress.done();
  if (flags.html !== undefined) {
    const head = { index: index.name, created: new Date() };
    writeFileAtomic(flags.html, await duplicatePage(groups, head, threshold));
  }
  const rows = groups.map(({ items, similarity }) => ({ similarity, ids: items.map(({ id }) => id) }));
  if (flags.json === true) console.log(JSON.stringify(rows, null, 2));
  else {
    for (const { similarity, ids } of rows) console.log(`${similarity.toFixed(3)}  ${ids.join('  ')}`);
    console.log(`${plural(groups.length, 'group')} of images with a cosine of ${threshold} or more`);
  }
  if (flags.html !== undefined) console.error(`→ ${flags.html}`);
}

function plainMatch({ item, similarity }: Match): Record<string, unknown> {
  const { id, captions, columns, image } = item;
  return { id, similarity, captions, columns, image: image?.path ?? null };
}

/** Characters of a caption in the terminal; --json has all of it. */
const longestCell = 60;

function table(matches: readonly Match[]): string {
  if (matches.length === 0) return 'nothing passes the filter';
  const rows = matches.map(({ item, similarity }) => [
    item.id,
    similarity.toFixed(3),
    shorten(item.captions[0] ?? '', longestCell),
    shorten(Object.values(item.columns).join(' · '), longestCell),
  ]);
  return textTable(['id', 'similarity', 'caption', 'columns'], rows);
}
