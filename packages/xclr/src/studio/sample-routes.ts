// Routes of what snapshots show: the sample, rows of similarities, agreement, thumbnails.
import type { Hono } from 'hono';
import { sha256 } from '../util/checksum.js';
import { fitting, NotThere } from './answers.js';
import type { Layouts } from './layouts.js';
import { agreementQuery, layoutQuery, rowQuery, runQuery, thumbnailQuery } from './requests.js';
import type { Runs } from './runs.js';
import type { Rows, SampledRuns } from './sampled-runs.js';
import { agreement, cosines } from './similarity-views.js';
import type { Thumbnails } from './thumbnails.js';
import type { WatchedRun } from './watched-run.js';
import type { AgreementAnswer, LayoutAnswer, RowAnswer, SampleAnswer } from './wire.js';

export interface SampleParts {
  readonly runs: Runs;
  readonly sampled: SampledRuns;
  readonly layouts: Layouts;
  readonly thumbnails: Thumbnails;
}

const short = (values: Float32Array) => Array.from(values, (value) => Number(value.toPrecision(5)));

export function addSampleRoutes(app: Hono, { runs, sampled, layouts, thumbnails }: SampleParts): void {
  app.get('/api/sample', async (c) => {
    const run = runs.need(fitting(runQuery, c.req.query()).run);
    const { sample, similarities } = await sampled.open(run);
    const steps = await sampled.steps(run);
    const last = await sampled.snapshot(run, steps.at(-1));
    const answer: SampleAnswer = {
      run: run.id,
      data: sample.data.name,
      key: sha256(`${sample.data.fingerprint}\n${sample.images.map(({ id }) => id).join('\n')}`).slice(0, 12),
      graph: sample.graph,
      hasGraph: similarities !== null,
      temperature: sample.temperature,
      steps,
      seconds: last.totalSeconds ?? last.seconds * steps.length,
      trainingSeconds: run.metrics.columns.seconds.at(-1) ?? 0,
      projector: last.projected !== null,
      items: sample.images.map(({ id, captions, label, attributes }) => ({
        id,
        caption: (captions[0] ?? '').slice(0, 500),
        label,
        columns: attributes,
      })),
    };
    return c.json(answer);
  });

  /** Rows by one judge: 'graph', or rows of a snapshot. */
  const judge = async (run: WatchedRun, step: number | undefined, by: 'graph' | Rows) => {
    const { similarities, sample } = await sampled.open(run);
    const n = sample.images.length;
    if (by === 'graph') {
      if (similarities === null) throw new NotThere('this run has no graph');
      return (row: number) => similarities.values.subarray(row * n, (row + 1) * n);
    }
    const rows = await sampled.rows(run, step, by);
    return (row: number) => cosines(rows, row);
  };
  const imagesOf = async (run: WatchedRun) => (await sampled.open(run)).sample.images;
  const imageAt = async (run: WatchedRun, place: number) => {
    const images = await imagesOf(run);
    const found = images[place];
    if (found === undefined) throw new NotThere(`the sample has ${images.length} images, and no ${place}`);
    return found;
  };

  app.get('/api/row', async (c) => {
    const { run: id, image, step } = fitting(rowQuery, c.req.query());
    const run = runs.need(id);
    await imageAt(run, image);
    const { similarities } = await sampled.open(run);
    const { projected } = await sampled.snapshot(run, step);
    const row = async (by: 'graph' | Rows) => short((await judge(run, step, by))(image));
    const answer: RowAnswer = {
      image,
      graph: similarities === null ? null : await row('graph'),
      features: await row('features'),
      projected: projected === null ? null : await row('projected'),
    };
    return c.json(answer);
  });
  app.get('/api/agreement', async (c) => {
    const { run: id, step, left, right, other } = fitting(agreementQuery, c.req.query());
    const [run, second] = [runs.need(id), runs.need(other ?? id)];
    const [own, same] = [await imagesOf(run), await imagesOf(second)];
    const n = own.length;
    if (same.length !== n || same.some((image, i) => image.id !== own[i]!.id))
      throw new NotThere('the two runs have snapshots of different images');
    const rightStep = other === undefined || other === id ? step : undefined;
    const answer: AgreementAnswer = await agreement(
      n,
      await judge(run, step, left),
      await judge(second, rightStep, right),
    );
    return c.json(answer);
  });
  app.get('/api/layout', async (c) => {
    const { run: id, rows } = fitting(layoutQuery, c.req.query());
    const { steps, positions, complete } = await layouts.of(runs.need(id), rows);
    const answer: LayoutAnswer = { steps, positions: positions.map(short), complete };
    return c.json(answer);
  });
  app.get('/api/sample/thumbnail', async (c) => {
    const { run: id, image, size } = fitting(thumbnailQuery, c.req.query());
    const found = await imageAt(runs.need(id), image);
    const webp = await thumbnails.of(found.image, size).catch((error: Error) => {
      throw new NotThere(`the image ${found.id} cannot be read: ${error.message}`);
    });
    return c.body(webp, 200, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=3600' });
  });
}
