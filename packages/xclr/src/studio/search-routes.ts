// Routes over indexes and files of embeddings: searching, maps, and the images of what was found.
import { gunzipSync } from 'node:zlib';
import type { Hono } from 'hono';
import { fitting, NotThere } from './answers.js';
import type { Asides } from './asides.js';
import { imageSearchQuery, itemImageQuery, searchQuery, sourceQuery } from './requests.js';
import type { Runs } from './runs.js';
import type { Thumbnails } from './thumbnails.js';
import type { IndexAnswer, SearchAnswer } from './wire.js';

export interface SearchParts {
  readonly runs: Runs;
  readonly asides: Asides;
  readonly thumbnails: Thumbnails;
}

export function addSearchRoutes(app: Hono, { runs, asides, thumbnails }: SearchParts): void {
  app.get('/api/index', async (c) => {
    const { path, name } = runs.source(fitting(sourceQuery, c.req.query()).source, 'index');
    const facts = await asides.do({ kind: 'index', path });
    return c.json<IndexAnswer>({ name, ...facts });
  });
  app.get('/api/search', async (c) => {
    const { source, id, text, k } = fitting(searchQuery, c.req.query());
    const { path } = runs.source(source, 'index');
    const by = id === undefined ? { text: text! } : { id };
    return c.json<SearchAnswer>({ found: await asides.do({ kind: 'search', path, by, k }) });
  });
  app.post('/api/search', async (c) => {
    const { source, k } = fitting(imageSearchQuery, c.req.query());
    const { path } = runs.source(source, 'index');
    const image = new Uint8Array(await c.req.arrayBuffer());
    return c.json<SearchAnswer>({ found: await asides.do({ kind: 'search', path, by: { image }, k }) });
  });
  app.get('/api/embeddings', async (c) => {
    const { path, name } = runs.source(fitting(sourceQuery, c.req.query()).source, 'embeddings');
    const zipped = await asides.do({ kind: 'embeddings', path, name });
    const type = { 'content-type': 'application/json', vary: 'accept-encoding' };
    if (/\bgzip\b/.test(c.req.header('accept-encoding') ?? ''))
      return c.body(zipped, 200, { ...type, 'content-encoding': 'gzip' });
    return c.body(Uint8Array.from(gunzipSync(zipped)), 200, type);
  });
  app.get('/api/item/thumbnail', async (c) => {
    const { source, id, size } = fitting(itemImageQuery, c.req.query());
    const { path } = runs.source(source, 'index', 'embeddings');
    const image = await asides.do({ kind: 'image', path, id });
    if (image === null) throw new NotThere(`it is not known where the image ${id} lies`);
    const webp = await thumbnails.of(image, size).catch((error: Error) => {
      throw new NotThere(`the image ${id} cannot be read: ${error.message}`);
    });
    return c.body(webp, 200, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=3600' });
  });
}
