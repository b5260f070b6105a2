// A process beside the studio's: it keeps an index, a file of embeddings or a data set in memory, makes thumbnails, and loads LibTorch
// where a run encodes an image. Each kind of work is imported when it is first asked for: a process mostly does one.

import type { ImageRef } from '../data/index.js';
import type { ImageEncoder } from '../deploy/encoder/index.js';
import type { FolderIndex, Match } from '../deploy/search/index.js';
import { UserError } from '../util/errors.js';
import type {
  AsideAnswer,
  AsideJob,
  AsideResults,
  FoundItem,
  IndexFacts,
  SearchedFor,
} from './aside-protocol.js';
import type { EmbeddedMap } from './embedded-map.js';
import { shownPath } from './shown-path.js';

const indexes = new Map<string, Promise<FolderIndex>>();
const maps = new Map<string, Promise<EmbeddedMap>>();
const encoders = new Map<string, Promise<ImageEncoder>>();

/** Opened once; what failed is tried again when it is asked for again. */
function kept<T>(known: Map<string, Promise<T>>, path: string, open: () => Promise<T>): Promise<T> {
  const opened = known.get(path) ?? open();
  if (!known.has(path)) opened.catch(() => known.delete(path));
  known.set(path, opened);
  return opened;
}

const indexAt = (path: string) =>
  kept(indexes, path, async () => (await import('../deploy/search/index.js')).FolderIndex.open(path));
const mapAt = (path: string, name: string) =>
  kept(maps, path, async () => {
    const { openEmbeddings } = await import('../deploy/embed/index.js');
    const { embeddedMap } = await import('./embedded-map.js');
    return embeddedMap(await openEmbeddings([path]), name);
  });

/** One is opened for all its images; a run's takes seconds. */
function encoderOf(index: FolderIndex): Promise<ImageEncoder> {
  const { name } = index.encoder;
  return kept(encoders, name, async () => {
    const { openEncoder } = await import('../deploy/encoder/index.js');
    return openEncoder(name, { device: 'cpu' });
  });
}

function factsOf(index: FolderIndex): IndexFacts {
  const { encoder, size, textMap, columns } = index;
  return {
    size,
    encoder: shownPath(encoder.name),
    dimensions: encoder.dimensions,
    words: textMap !== null,
    columns: Object.keys(columns),
  };
}

async function searched(index: FolderIndex, by: SearchedFor, k: number): Promise<FoundItem[]> {
  const { ask, refuseOtherEncoder } = await import('../deploy/search/index.js');
  const options = { k };
  if (!('image' in by)) return (await ask(index, by, options)).map(found);
  const encoder = await encoderOf(index);
  refuseOtherEncoder(index, encoder);
  return (await ask(index, { image: by.image, encoder }, options)).map(found);
}

const found = ({ item, similarity }: Match): FoundItem => ({
  id: item.id,
  similarity,
  caption: (item.captions[0] ?? '').slice(0, 500),
  columns: item.columns,
});

/** Where an item's image lies, by the map that is open or by the index. */
async function imageOfItem(path: string, id: string): Promise<ImageRef | null> {
  const map = maps.get(path);
  if (map !== undefined) return (await map).imageOf.get(id) ?? null;
  const [item] = await (await indexAt(path)).get([id]);
  return item?.item.image ?? null;
}

async function done(job: AsideJob): Promise<AsideResults[AsideJob['kind']]> {
  switch (job.kind) {
    case 'index':
      return factsOf(await indexAt(job.path));
    case 'search':
      return searched(await indexAt(job.path), job.by, job.k);
    case 'embeddings':
      return (await mapAt(job.path, job.name)).json;
    case 'image':
      return imageOfItem(job.path, job.id);
    case 'sample-image':
      return (await import('./dataset-jobs.js')).imageOfSample(job);
    case 'samples':
      return (await import('./dataset-jobs.js')).namedSamples(job);
    case 'thumbnail':
      return (await import('./make-thumbnail.js')).makeThumbnail(job.image, job.size);
  }
}

process.on('message', ({ call, job }: { readonly call: number; readonly job: AsideJob }) => {
  const answer = (one: AsideAnswer) => process.send?.(one);
  done(job).then(
    (result) => answer({ call, result }),
    (error: Error) => {
      const remedy = error instanceof UserError ? error.remedy : undefined;
      const [message = ''] = error.message.split('\n  → ');
      answer({ call, error: message, user: error instanceof UserError, remedy });
    },
  );
});
process.on('disconnect', () => process.exit()); // the studio has ended
