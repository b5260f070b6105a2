// The routes of the server, as a function from requests to answers; server.ts puts it on a port.
import type { IncomingMessage } from 'node:http';
import { basename } from 'node:path';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { cors as corsHeaders } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { version } from '../../util/version.js';
import type { ImageEncoder } from '../encoder/index.js';
import { ask, parseConditions, refuseOtherEncoder, type VectorIndex } from '../search/index.js';
import { authorized, carriesToken, expectedHost, expectedOrigin, secured } from './access.js';
import { answerTo, ClientGone, contentType, isJson, jsonOf, NotFound, parsed } from './answers.js';
import { Batcher } from './batcher.js';
import { boundedMatches } from './bounded-matches.js';
import type { Decoder } from './decode/decoder.js';
import { describeContent, uploadFormat, uploadFormats } from './decode/formats.js';
import { diversifyAside } from './diversify-aside.js';
import { Gate } from './gate.js';
import { Intake, type Received } from './intake.js';
import { createMetrics } from './metrics.js';
import { openapiDocument } from './openapi.js';
import { type ServeOptions, settled } from './options.js';
import { pagePolicy, pageScript, tryPage } from './page.js';
import { routeName } from './route-names.js';
import {
  type ChangeAnswer,
  type EmbedAnswer,
  type HealthAnswer,
  type ItemAnswer,
  idQuery,
  itemSettings,
  recommendBody,
  type SearchAnswer,
  searchBody,
  searchSettings,
} from './schemas.js';

export interface AppParts {
  readonly encoder: ImageEncoder;
  /** Null: the server embeds, and there is nothing to search. */
  readonly index: VectorIndex | null;
  readonly decoder: Decoder;
  readonly log: Logger;
  /** True once the server is to stop. */
  readonly stopping: () => boolean;
}

/** What @hono/node-server gives with a request. */
type Env = { Bindings: { readonly incoming: IncomingMessage } };

/** The app, and what it counts. */
export interface App {
  readonly fetch: Hono<Env>['fetch'];
  readonly decoderEnded: () => void;
}

/** @throws {UserError} if the index was built with another encoder */
export function createApp(parts: AppParts, options: ServeOptions = {}): App {
  const { encoder, index, decoder, log, stopping } = parts;
  if (index !== null) refuseOtherEncoder(index, encoder);
  const settings = settled(options);
  const { token, cors = [], maxBodyBytes, maxJsonBytes, maxPixels, timeoutSeconds } = settings;
  const gate = new Gate(settings.concurrency, settings.queue);
  const mostBytes = Math.max(2 ** 28, 8 * maxBodyBytes);
  const intake = new Intake({ mostBytes, seconds: timeoutSeconds, leastRate: settings.leastRate });
  const metrics = createMetrics({ gate, intake, items: () => index?.size ?? 0 });
  const batcher = new Batcher(encoder, { largest: settings.maxBatch, onBatch: metrics.batch });
  let writes: Promise<unknown> = Promise.resolve();

  /** Where files lie is for those who carry the token. */
  const trusts = (c: Context) => token !== undefined && carriesToken(c, token) === true;
  const shownTo = (c: Context) => (message: string) =>
    [encoder.name, index?.name].reduce<string>(
      (text, path) => (path === undefined || trusts(c) ? text : text.replaceAll(path, basename(path))),
      message,
    );
  const noticed = encoder.notice === undefined ? {} : { notice: encoder.notice };
  const identityFor = (c: Context) => ({
    name: shownTo(c)(encoder.name),
    fingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    ...noticed,
  });

  /** Work that takes a place and has a time; at its end, or when the client has gone, the place is free again. */
  const placed = async <T>(c: Context<Env>, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    const late = () =>
      controller.abort(new HTTPException(503, { message: `it took more than ${timeoutSeconds} s` }));
    const gone = () => controller.abort(new ClientGone('the client has gone'));
    const timer = setTimeout(late, 1000 * timeoutSeconds);
    const client = c.req.raw.signal;
    client.addEventListener('abort', gone, { once: true });
    if (client.aborted) gone();
    try {
      return await gate.pass(() => work(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
      client.removeEventListener('abort', gone);
    }
  };
  const body = async (c: Context<Env>, most: number): Promise<Received> => {
    gate.refuseIfFull();
    const { incoming } = c.env;
    return intake.receive(incoming, most);
  };
  /** The bytes of an image in one of the formats that are decoded. */
  const imageBody = async (c: Context<Env>): Promise<Received> => {
    const type = contentType(c);
    if (!type.startsWith('image/') && type !== 'application/octet-stream') {
      throw new HTTPException(415, {
        message: `expected an image (image/jpeg, image/png, … or application/octet-stream), got ${type || 'no content type'}`,
      });
    }
    const received = await body(c, maxBodyBytes);
    try {
      const { bytes } = received;
      if (bytes.length === 0) throw new UserError('the body is empty', 'Send the bytes of an image file.');
      if (uploadFormat(bytes) !== undefined) return received;
      throw new HTTPException(415, {
        message: `the image cannot be read: expected a ${uploadFormats} file, got ${describeContent(bytes)}`,
      });
    } catch (error) {
      received[Symbol.dispose]();
      throw error;
    }
  };
  const jsonBody = async (c: Context<Env>): Promise<unknown> => {
    if (!isJson(c))
      throw new HTTPException(415, {
        message: `expected application/json, got ${contentType(c) || 'no content type'}`,
      });
    using received = await body(c, maxJsonBytes);
    return jsonOf(new TextDecoder().decode(received.bytes));
  };

  /** Changes of the index happen one after the other; one whose request was given up before its turn does not happen. */
  const inTurn = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const result = writes.then(() => {
      signal.throwIfAborted();
      return work();
    });
    writes = result.catch(() => undefined);
    return result;
  };
  const need = (): VectorIndex => {
    if (index === null) throw new NotFound('this server has no index: it was started without --index');
    return index;
  };
  const embed = async ({ bytes }: Received, signal: AbortSignal): Promise<Float32Array> => {
    const prepared = await decoder.prepare(bytes, signal).catch((error: Error) => {
      signal.throwIfAborted();
      throw new UserError(
        `the image cannot be read: ${error.message}`,
        `Send a complete ${uploadFormats} file of at most ${Math.round(maxPixels / 1e6)} megapixels.`,
      );
    });
    return batcher.embed(prepared, signal);
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
    const matches = await ask(need(), asked, { k, conditions, diversity, diversify: diversifyAside });
    return { matches: boundedMatches(matches), ...noticed };
  };

  const app = new Hono<Env>();
  app.use(observed(metrics.request, log, stopping));
  app.use(secured(cors));
  app.onError((error, c) => answerTo(error, c, log, shownTo(c)));
  app.notFound((c) =>
    c.json({ error: `there is nothing at ${c.req.path}`, remedy: 'See /openapi.json.' }, 404),
  );
  app.use(expectedHost(options.allowHosts ?? []));
  app.use(expectedOrigin(cors));
  if (cors.length > 0)
    app.use(corsHeaders({ origin: [...cors], allowHeaders: ['authorization', 'content-type'] }));

  app.get('/health', (c) =>
    c.json<HealthAnswer>(
      {
        status: stopping() ? 'stopping' : 'ok',
        version,
        encoder: identityFor(c),
        index:
          index === null
            ? null
            : {
                name: shownTo(c)(index.name),
                items: index.size,
                search: index.method,
                text: index.textMap !== null,
              },
      },
      stopping() ? 503 : 200,
    ),
  );
  app.get('/', (c) => {
    c.header('content-security-policy', pagePolicy);
    return c.html(
      tryPage({
        encoder: basename(encoder.name),
        notice: encoder.notice,
        index:
          index === null
            ? null
            : { name: basename(index.name), items: index.size, readsText: index.textMap !== null },
        needsToken: token !== undefined,
      }),
    );
  });
  app.get('/page/:script', (c) => {
    const script = pageScript(c.req.param('script'));
    if (script === undefined) return c.notFound();
    return c.text(script, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  app.get('/openapi.json', (c) => c.json(openapiDocument(token !== undefined)));

  if (token !== undefined) app.use(authorized(token));
  app.get('/metrics', async (c) =>
    c.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );

  // From here on requests cost something: their bodies are received within limits, then they take a place and have a time.
  app.post('/embed', async (c) => {
    using image = await imageBody(c);
    const vector = await placed(c, (signal) => embed(image, signal));
    return c.json<EmbedAnswer>({ vector: [...vector], encoder: identityFor(c) });
  });
  app.post('/search', async (c) => {
    need();
    if (isJson(c)) {
      const asked = parsed(searchBody, await jsonBody(c));
      const query = 'id' in asked ? { id: asked.id } : { text: asked.text };
      return c.json(await placed(c, () => find(query, asked)));
    }
    const how = parsed(searchSettings, c.req.query());
    using image = await imageBody(c);
    return c.json(await placed(c, async (signal) => find({ vector: await embed(image, signal) }, how)));
  });
  app.post('/recommend', async (c) => {
    const asked = parsed(recommendBody, await jsonBody(c));
    return c.json(await placed(c, () => find({ id: asked.id }, asked)));
  });

  const show = async (c: Context<Env>, asked: string) => {
    const { id, captions, columns } = await placed(c, () => known(asked));
    return c.json<ItemAnswer>({ id, captions: [...captions], columns });
  };
  const thumbnail = (c: Context<Env>, id: string) =>
    placed(c, async (signal) => {
      const { image } = await known(id);
      const webp = image && (await decoder.thumbnail(image, signal));
      if (webp === null) throw new NotFound(`the item '${id}' has no image file that can be read`);
      return c.body(Uint8Array.from(webp), 200, {
        'content-type': 'image/webp',
        'cache-control': 'private, max-age=300',
      });
    });
  const put = async (c: Context<Env>, id: string) => {
    const { caption, columns } = parsed(itemSettings, {
      caption: c.req.queries('caption') ?? [],
      ...(c.req.query('columns') !== undefined && { columns: jsonOf(c.req.query('columns')!) }),
    });
    const into = need();
    using image = await imageBody(c);
    const answer = await placed(c, async (signal) => {
      const vectors = await embed(image, signal);
      const item = { id, captions: caption, image: null, columns };
      await inTurn(() => into.upsert({ items: [item], vectors }), signal);
      return { id, items: into.size };
    });
    return c.json<ChangeAnswer>(answer);
  };
  const remove = async (c: Context<Env>, id: string) => {
    const answer = await placed(c, async (signal) => {
      await known(id);
      await inTurn(() => need().remove([id]), signal);
      return { id, items: need().size };
    });
    return c.json<ChangeAnswer>(answer);
  };
  // The id in the path; or in the query, where every id can be asked for: a path cannot end in "." or "..".
  const inQuery = (c: Context<Env>) => parsed(idQuery, c.req.query('id'));
  app
    .get('/items/:id', (c) => show(c, c.req.param('id')))
    .get('/items/:id/thumbnail', (c) => thumbnail(c, c.req.param('id')))
    .put('/items/:id', (c) => put(c, c.req.param('id')))
    .delete('/items/:id', (c) => remove(c, c.req.param('id')))
    .get('/item', (c) => show(c, inQuery(c)))
    .get('/item/thumbnail', (c) => thumbnail(c, inQuery(c)))
    .put('/item', (c) => put(c, inQuery(c)))
    .delete('/item', (c) => remove(c, inQuery(c)));
  return { fetch: app.fetch, decoderEnded: metrics.decoderEnded };
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
    count(routeName(method, path), c.res.status, seconds);
    log.info(
      { method, path: path.slice(0, 1000), status: c.res.status, ms: Math.round(seconds * 1000) },
      'request',
    );
  };
}
