// The routes of the studio, as a function from requests to answers; server.ts puts it on a port.
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { streamSSE } from 'hono/streaming';
import { expectedHost, expectedOrigin, secured } from '../deploy/serve/access.js';
import { jsonOf } from '../deploy/serve/answers.js';
import { append } from '../util/arrays.js';
import { csvText } from '../util/csv.js';
import { withToken } from './access.js';
import { failed, fitting } from './answers.js';
import type { Asides } from './asides.js';
import { addComparisonRoutes } from './comparison-routes.js';
import type { Layouts } from './layouts.js';
import { type PageFile, pagePolicy } from './page-files.js';
import { csvQuery, curvesQuery, listToSave, noteChange, runQuery } from './requests.js';
import type { Runs } from './runs.js';
import { addSampleRoutes } from './sample-routes.js';
import type { SampledRuns } from './sampled-runs.js';
import { saveList } from './saved-lists.js';
import { addSearchRoutes } from './search-routes.js';
import { addSourceRoutes } from './source-routes.js';
import { thinOut } from './thin-out.js';
import type { Thumbnails } from './thumbnails.js';
import type { WatchedRun } from './watched-run.js';
import type { CurvesAnswer, ErrorAnswer, RunEvent, RunsAnswer, SavedList, SettingsAnswer } from './wire.js';

export interface StudioParts {
  readonly runs: Runs;
  readonly sampled: SampledRuns;
  readonly layouts: Layouts;
  readonly asides: Asides;
  readonly thumbnails: Thumbnails;
  readonly page: ReadonlyMap<string, PageFile>;
  /** Undefined: everybody who reaches it may look. */
  readonly token: string | undefined;
  /** The port that was taken. */
  readonly port: () => number;
  /** Further names under which it is reached. */
  readonly allowHosts: readonly string[];
  /** The folder for notes, tags and saved lists, as it is shown. */
  readonly out: string;
  readonly stopped: AbortSignal;
}

/** Most bytes of a request's body: lists of ids, and images that are searched for. */
const mostBytes = 32 * 2 ** 20;
/** Between two signs of life on a stream of events, for proxies that close silent ones. */
const beatMs = 15_000;

export function studioApp(parts: StudioParts): Hono {
  const { runs, page, token, port, out } = parts;
  const app = new Hono();
  app.use(secured([]));
  app.onError((error, c) => failed(error, c));
  app.notFound((c) => c.json<ErrorAnswer>({ error: `there is nothing at ${c.req.path.slice(0, 200)}` }, 404));
  app.use(expectedHost(parts.allowHosts));
  app.use(expectedOrigin([]));
  if (token !== undefined) app.use(withToken(token, port));
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: () => {
        throw new HTTPException(413, { message: 'the body is too large' });
      },
    }),
  );
  for (const [path, { bytes, type }] of page) {
    app.get(path, (c) => {
      c.header('content-security-policy', pagePolicy);
      c.header('cache-control', path.startsWith('/assets/') ? 'private, max-age=31536000' : 'no-store');
      return c.body(bytes, 200, { 'content-type': type });
    });
  }

  app.get('/api/runs', (c) => {
    const all = runs.all();
    const metrics = new Set(
      all.flatMap((run) => [...run.metrics.columns.names, ...Object.keys(run.metrics.last)]),
    );
    metrics.delete('step');
    const answer: RunsAnswer = {
      runs: all.map((run) => runs.summary(run)),
      metrics: [...metrics],
      others: runs.nothing,
      sources: runs.sources,
      out,
    };
    return c.json(answer);
  });
  app.get('/api/settings', (c) => {
    const answer: SettingsAnswer = Object.fromEntries(runs.all().map((run) => [run.id, run.settings()]));
    return c.json(answer);
  });
  app.get('/api/run', (c) => c.json(runs.need(fitting(runQuery, c.req.query()).run).detail()));
  app.get('/api/curves', async (c) => {
    const { runs: ids, metrics, ...how } = fitting(curvesQuery, c.req.query());
    const curves = [];
    for (const id of ids) {
      const run = runs.need(id);
      await runs.readAll(run);
      for (const metric of metrics) curves.push(thinOut(id, metric, run.metrics.columns, how));
    }
    return c.json<CurvesAnswer>({ curves: curves.filter(({ step }) => step.length > 0) });
  });
  app.get('/api/curves.csv', async (c) => {
    const { runs: ids, metrics } = fitting(csvQuery, c.req.query());
    const wanted = metrics?.split(',');
    const rows: Record<string, string | number>[] = [];
    for (const id of ids) {
      const run = runs.need(id);
      await runs.readAll(run);
      append(rows, rowsOf(run, wanted));
    }
    return c.body(csvText(rows), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="curves.csv"',
    });
  });
  app.put('/api/notes', async (c) => {
    const { run: id, ...kept } = fitting(noteChange, jsonOf(await c.req.text()));
    const run = runs.need(id);
    runs.notes.set(run.folder, kept);
    runs.tell(run);
    return c.json(runs.summary(run));
  });
  app.post('/api/lists', async (c) => {
    const { name, replace, images } = fitting(listToSave, jsonOf(await c.req.text()));
    saveList(runs.out, name, images, { replace });
    const answer: SavedList = { path: `${out}/${name}.jsonl`, images: images.length };
    return c.json(answer);
  });
  addSampleRoutes(app, parts);
  addSourceRoutes(app, parts);
  addComparisonRoutes(app, parts);
  addSearchRoutes(app, parts);
  app.get('/api/events', (c) => streamSSE(c, (stream) => tellChanges(stream, parts)));
  return app;
}

/** Every row of a run, with what it is called. */
function rowsOf(run: WatchedRun, wanted: readonly string[] | undefined): Record<string, string | number>[] {
  const { columns } = run.metrics;
  const names = columns.names.filter((name) => wanted === undefined || wanted.includes(name));
  const values = names.map((name) => columns.column(name)!);
  return Array.from(columns.steps, (step, i) => ({
    run: run.folder,
    step,
    ...Object.fromEntries(
      names.map((name, n) => [
        name,
        Number.isFinite(values[n]![i]) ? Number(values[n]![i]!.toPrecision(7)) : '',
      ]),
    ),
  }));
}

interface EventStream {
  writeSSE(message: { event: string; data: string }): Promise<void>;
  onAbort(listener: () => void): void;
}

/** Sends what changes until the page is closed. What changes while a slow reader is waited for is sent once. */
async function tellChanges(stream: EventStream, { runs, stopped }: StudioParts): Promise<void> {
  const changed = new Map<string, string>();
  let wake: () => void = () => undefined;
  let open = true;
  const close = () => {
    open = false;
    wake();
  };
  const stop = runs.listen((run) => {
    const event: RunEvent = { run };
    changed.set(run.id, JSON.stringify(event));
    wake();
  });
  stream.onAbort(close);
  stopped.addEventListener('abort', close, { once: true });
  try {
    await stream.writeSSE({ event: 'hello', data: '{}' });
    while (open) {
      if (changed.size === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, beatMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        if (changed.size === 0 && open) await stream.writeSSE({ event: 'beat', data: '{}' });
      }
      const events = [...changed.values()];
      changed.clear();
      for (const data of events) await stream.writeSSE({ event: 'run', data });
    }
  } finally {
    stop();
    stopped.removeEventListener('abort', close);
  }
}
