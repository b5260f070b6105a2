// A process beside the studio's: it keeps an index or a file of embeddings in memory, and LibTorch where a run encodes an image.
import { openEmbeddings } from '../deploy/embed/index.js';
import type { ImageEncoder } from '../deploy/encoder/index.js';
import { ask, FolderIndex, refuseOtherEncoder } from '../deploy/search/index.js';
import { UserError } from '../util/errors.js';
import type {
  AsideAnswer,
  AsideJob,
  AsideResults,
  FoundItem,
  IndexFacts,
  SearchedFor,
} from './aside-protocol.js';
import { type EmbeddedMap, embeddedMap } from './embedded-map.js';
import { shownPath } from './shown-path.js';

const indexes = new Map<string, FolderIndex>();
const maps = new Map<string, Promise<EmbeddedMap>>();
const encoders = new Map<string, Promise<ImageEncoder>>();

function kept<T>(known: Map<string, T>, path: string, open: () => T): T {
  const found = known.get(path) ?? open();
  known.set(path, found);
  return found;
}

const indexAt = (path: string) => kept(indexes, path, () => FolderIndex.open(path));
const mapAt = (path: string) =>
  kept(maps, path, () => openEmbeddings([path]).then((embeddings) => embeddedMap(embeddings)));

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
  const options = { k };
  if (!('image' in by)) return (await ask(index, by, options)).map(found);
  const encoder = await encoderOf(index).catch((error: unknown) => {
    encoders.delete(index.encoder.name); // it may be there the next time
    throw error;
  });
  refuseOtherEncoder(index, encoder);
  return (await ask(index, { image: by.image, encoder }, options)).map(found);
}

const found = ({ item, similarity }: Awaited<ReturnType<typeof ask>>[number]): FoundItem => ({
  id: item.id,
  similarity,
  caption: (item.captions[0] ?? '').slice(0, 500),
  columns: item.columns,
});

async function done(job: AsideJob): Promise<AsideResults[AsideJob['kind']]> {
  const { path } = job;
  if (job.kind === 'index') return factsOf(indexAt(path));
  if (job.kind === 'search') return searched(indexAt(path), job.by, job.k);
  if (job.kind === 'embeddings') return (await mapAt(path)).json;
  const map = maps.get(path);
  if (map !== undefined) return (await map).imageOf.get(job.id) ?? null;
  const [item] = await indexAt(path).get([job.id]);
  return item?.item.image ?? null;
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
