// `xclr catalog`: an exported encoder and an index as a page of static files that a shop can put online.
import { basename } from 'node:path';
import { openIndex } from '../deploy/search/index.js';
import { exportCatalog } from '../deploy/web/catalog.js';
import { startProgress } from '../util/progress.js';

export interface CatalogFlags {
  readonly title?: string;
  readonly columns?: readonly string[];
  readonly postgres?: string;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

export async function catalogCommand(
  encoder: string,
  name: string,
  out: string,
  flags: CatalogFlags,
): Promise<void> {
  await using index = await openIndex(name, flags);
  const progress = startProgress('images', index.size, { unit: 'image' });
  const report = await exportCatalog(encoder, index, out, {
    ...flags,
    onProgress: (done) => progress.update(done),
  }).finally(() => progress.done());
  const { items, withoutImage, pageBytes, encoderBytes, imageBytes, model, agreement, columns, words } =
    report;
  const lines = [
    `${items} items, ${words} words, filters: ${columns.join(', ') || '(none)'}`,
    `encoder: ${basename(model)}, mean cosine to the index ${agreement.toFixed(4)}`,
    `a first visit loads ${megabytes(pageBytes)} and the images that it shows (${megabytes(imageBytes)} in all); the first search by an image loads ${megabytes(encoderBytes)} more`,
    ...(withoutImage > 0 ? [`${withoutImage} items have no image that can be read`] : []),
  ];
  console.log(lines.join('\n'));
  console.log(`→ ${out}: shown by any web server`);
}
