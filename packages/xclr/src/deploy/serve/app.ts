// The routes of the server, as a function from requests to answers; server.ts puts it on a port.
import { createHash, timingSafeEqual } from 'node:crypto';
import { basename } from 'node:path';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { version } from '../../util/version.js';
import type { ImageEncoder } from '../encoder/index.js';
import { ask, type Match, parseConditions, refuseOtherEncoder, type VectorIndex } from '../search/index.js';
import { Batcher } from './batcher.js';
import { Gate, TooBusy } from './gate.js';
import { createMetrics } from './metrics.js';
import { openapiDocument } from './openapi.js';
import { defaults, type ServeOptions } from './options.js';
import { pagePolicy, pageScript, tryPage } from './page.js';
import {
  type ChangeAnswer,
  type EmbedAnswer,
  type HealthAnswer,
  type ItemAnswer,
  itemSettings,
  recommendBody,
  type SearchAnswer,
  searchBody,
  searchSettings,
} from './schemas.js';
import { itemThumbnail } from './thumbnails.js';

export interface AppParts {
  readonly encoder: ImageEncoder;
  /** Null: the server embeds, and there is nothing to search. */
  readonly index: VectorIndex | null;
  readonly log: Logger;
  /** True once the server is to stop. */
  readonly stopping: () => boolean;
}

class NotFound extends Error {}

/** @throws {UserError} if the index was built with another encoder */
export function createApp({ encoder, index, log, stopping }: AppParts, options: ServeOptions = {}): Hono {
  if (index !== null) refuseOtherEncoder(index, encoder);
  const { maxBodyBytes, maxPixels, concurrency, queue, timeoutSeconds, maxBatch } = {
    ...defaults,
    ...definedOf(options),
  };
  const gate = new Gate(concurrency, queue);
  const metrics = createMetrics(gate, () => index?.size ?? 0);
  const batcher = new Batcher(encoder, { largest: maxBatch, onBatch: metrics.batch });
  const identity = { name: encoder.name, fingerprint: encoder.fingerprint, dimensions: encoder.dimensions };
  let writes: Promise<unknown> = Promise.resolve();

  /** Changes of the index happen one after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = writes.then(work);
    writes = result.catch(() => undefined);
    return result;
  };
  const need = (): VectorIndex => {
    if (index === null) throw new NotFound('this server has no index: it was started without --index');
    return index;
  };
  const embed = async (c: Context): Promise<Float32Array> => {
    const bytes = await imageBytes(c);
    const prepared = await encoder.prepare(bytes, { limitPixels: maxPixels }).catch((error: Error) => {
      throw new UserError(
        `the image cannot be read: ${error.message}`,
        `Send a complete JPEG, PNG or WebP file of at most ${Math.round(maxPixels / 1e6)} megapixels.`,
      );
    });
    return batcher.embed(prepared);
  };
  const known = async (id: string) => {
    const [found] = await need().get([id]);
    if (found === undefined) throw new NotFound(`there is no item '${id}'`);
    return found.item;
  };
  const find = async (
    query: { id: string } | { text: string } | { vector: Float32Array },
    { k, filter, diversity }: z.output<typeof searchSettings>,
  ): Promise<SearchAnswer> => {
    if ('id' in query) await known(query.id);
    const conditions = filter === undefined ? [] : parseConditions(filter, need().columns);
    const asked = 'vector' in query ? { ...query, encoder } : query;
    return { matches: (await ask(need(), asked, { k, conditions, diversity })).map(plain) };
  };

  const app = new Hono();
  app.use(observed(metrics.request, log, stopping));
  if (options.cors !== undefined && options.cors.length > 0)
    app.use(cors({ origin: [...options.cors], allowHeaders: ['authorization', 'content-type'] }));
  app.onError((error, c) => answerTo(error, c, log));
  app.notFound((c) =>
    c.json({ error: `there is nothing at ${c.req.path}`, remedy: 'See /openapi.json.' }, 404),
  );

  app.get('/health', (c) =>
    c.json<HealthAnswer>(
      {
        status: stopping() ? 'stopping' : 'ok',
        version,
        encoder: identity,
        index:
          index === null
            ? null
            : { name: index.name, items: index.size, search: index.method, text: index.textMap !== null },
      },
      stopping() ? 503 : 200,
    ),
  );
  app.get('/', (c) => {
    c.header('content-security-policy', pagePolicy);
    return c.html(
      tryPage({
        encoder: encoder.name,
        index:
          index === null
            ? null
            : { name: basename(index.name), items: index.size, readsText: index.textMap !== null },
        needsToken: options.token !== undefined,
      }),
    );
  });
  app.get('/page/:script', (c) => {
    const script = pageScript(c.req.param('script'));
    if (script === undefined) return c.notFound();
    return c.text(script, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  app.get('/openapi.json', (c) => c.json(openapiDocument(options.token !== undefined)));

  if (options.token !== undefined) app.use(authorized(options.token));
  app.get('/metrics', async (c) =>
    c.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );

  // From here on requests cost something: they take a place, have a time, and their bodies a size.
  app.use(admitted(gate, timeoutSeconds));
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new HTTPException(413, {
          message: `the body is larger than ${Math.round(maxBodyBytes / 2 ** 20)} MiB`,
        });
      },
    }),
  );
  app.post('/embed', async (c) => {
    const vector = await embed(c);
    return c.json<EmbedAnswer>({ vector: [...vector], encoder: identity });
  });
  app.post('/search', async (c) => {
    need();
    if (!isJson(c)) {
      const settings = parsed(searchSettings, c.req.query());
      return c.json(await find({ vector: await embed(c) }, settings));
    }
    const body = parsed(searchBody, await jsonBody(c));
    return c.json(await find('id' in body ? { id: body.id } : { text: body.text }, body));
  });
  app.post('/recommend', async (c) => {
    const body = parsed(recommendBody, await jsonBody(c));
    return c.json(await find({ id: body.id }, body));
  });
  app.get('/items/:id', async (c) => {
    const { id, captions, columns } = await known(c.req.param('id'));
    return c.json<ItemAnswer>({ id, captions: [...captions], columns });
  });
  app.get('/items/:id/thumbnail', async (c) => {
    const item = await known(c.req.param('id'));
    const made = await itemThumbnail(item, maxPixels);
    if (made === null) throw new NotFound(`the item '${item.id}' has no image file that can be read`);
    return c.body(made, 200, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=300' });
  });
  app.put('/items/:id', async (c) => {
    const id = c.req.param('id');
    const { caption, columns } = parsed(itemSettings, {
      caption: c.req.queries('caption') ?? [],
      ...(c.req.query('columns') !== undefined && { columns: jsonOf(c.req.query('columns')!) }),
    });
    const into = need();
    const vectors = await embed(c);
    const item = { id, captions: caption, image: null, columns };
    await inTurn(() => into.upsert({ items: [item], vectors }));
    return c.json<ChangeAnswer>({ id, items: into.size });
  });
  app.delete('/items/:id', async (c) => {
    const id = c.req.param('id');
    await known(id);
    await inTurn(() => need().remove([id]));
    return c.json<ChangeAnswer>({ id, items: need().size });
  });
  return app;
}

/** Settings that were given; undefined ones leave the default. */
function definedOf<T extends object>(options: T): { [K in keyof T]-?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

function plain({ item, similarity }: Match): SearchAnswer['matches'][number] {
  const { id, captions, columns, image } = item;
  return { id, similarity, captions: [...captions], columns: { ...columns }, image: image !== null };
}

/** A request's route for the metrics: few names, whatever clients ask for. */
function routeOf(path: string, status: number): string {
  if (/^\/items\/[^/]+\/thumbnail$/.test(path)) return '/items/:id/thumbnail';
  if (path.startsWith('/items/')) return '/items/:id';
  return status === 404 ? 'unknown' : path;
}

/** Counts, times and logs every request; a stopping server asks its clients to hang up. */
function observed(
  count: (route: string, status: number, seconds: number) => void,
  log: Logger,
  stopping: () => boolean,
): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    await next();
    if (stopping()) c.header('connection', 'close');
    const seconds = (performance.now() - began) / 1000;
    const { method, path } = c.req;
    const route = `${method} ${routeOf(path, c.res.status)}`;
    count(route, c.res.status, seconds);
    log.info({ method, path, status: c.res.status, ms: Math.round(seconds * 1000) }, 'request');
  };
}

/** Compares digests, so that neither length nor content shows in the time that it takes. */
function authorized(token: string): MiddlewareHandler {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(token);
  return async (c, next) => {
    const header = c.req.header('authorization') ?? '';
    const given = /^Bearer (.{1,1000})$/.exec(header)?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      c.header('www-authenticate', 'Bearer');
      return c.json(
        {
          error: given === undefined ? 'a token is required' : 'the token is wrong',
          remedy: 'Send it as Authorization: Bearer …',
        },
        401,
      );
    }
    return next();
  };
}

function admitted(gate: Gate, timeoutSeconds: number): MiddlewareHandler {
  return async (_, next) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new HTTPException(503, { message: `it took more than ${timeoutSeconds} s` })),
        timeoutSeconds * 1000,
      );
    });
    const work = gate.pass(next);
    work.catch(() => undefined); // it may fail after its time
    try {
      await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** One place where failures become answers; what is our fault is logged and told without its insides. */
function answerTo(error: Error, c: Context, log: Logger): Response {
  if (error instanceof TooBusy) {
    c.header('retry-after', '1');
    return c.json({ error: 'too many requests are waiting', remedy: 'Try again in a second.' }, 429);
  }
  if (error instanceof NotFound) return c.json({ error: error.message }, 404);
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  if (error instanceof UserError) {
    const { remedy } = error;
    const [message] = error.message.split('\n  → ');
    return c.json({ error: message, ...(remedy !== undefined && { remedy }) }, 400);
  }
  log.error({ err: error, path: c.req.path }, 'failed');
  return c.json({ error: 'the server failed; its log says why' }, 500);
}

function contentType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}

function isJson(c: Context): boolean {
  return contentType(c) === 'application/json';
}

async function imageBytes(c: Context): Promise<Uint8Array> {
  const type = contentType(c);
  if (!type.startsWith('image/') && type !== 'application/octet-stream') {
    throw new HTTPException(415, {
      message: `expected an image (image/jpeg, image/png, … or application/octet-stream), got ${type || 'no content type'}`,
    });
  }
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0) throw new UserError('the body is empty', 'Send the bytes of an image file.');
  return bytes;
}

async function jsonBody(c: Context): Promise<unknown> {
  if (!isJson(c))
    throw new HTTPException(415, {
      message: `expected application/json, got ${contentType(c) || 'no content type'}`,
    });
  return jsonOf(await c.req.text());
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`that is not JSON: ${(error as Error).message}`);
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the request'}: ${message}`,
  );
  throw new UserError(issues.join('; '), 'See /openapi.json.');
}
