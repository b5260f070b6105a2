// Trackers against local servers that keep what they are sent, refuse it, or never answer.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runTraining } from '../../src/train/session.js';
import { MlflowClient } from '../../src/train/trackers/mlflow.js';
import type { TrackedRun } from '../../src/train/trackers/tracker.js';
import { trackerClients } from '../../src/train/trackers/trackers.js';
import { WandbClient } from '../../src/train/trackers/wandb.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  vi.unstubAllEnvs();
});

/** A server that answers by `answer` and keeps every request. */
async function service(
  answer: (request: Received) => { status?: number; body: unknown },
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const one = { method, path: url, authorization: headers.authorization, body };
      received.push(one);
      const { status = 200, body: said } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** As MLflow answers, by its REST documentation. */
const mlflow = ({ path }: Received) => {
  if (path.includes('get-by-name'))
    return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' } };
  if (path.endsWith('experiments/create')) return { body: { experiment_id: '7' } };
  if (path.endsWith('runs/create')) return { body: { run: { info: { run_id: 'abc' } } } };
  return { body: {} };
};

/** As the Weights & Biases client expects to be answered. */
const wandb = ({ path, body }: Received) => {
  if (path !== '/graphql') return { body: { exitcode: null, limits: {} } };
  const { name, project } = body.variables as { name: string; project: string };
  const bucket = { id: 'x', name, historyLineCount: 0, project: { name: project, entity: { name: 'me' } } };
  return { body: { data: { upsertBucket: { bucket } } } };
};

const runOf = (resumeId?: string): TrackedRun => ({
  name: 'r',
  config: smallConfig(manifest, 'r'),
  resumeId,
});

describe('MLflow', () => {
  it('is sent parameters and metrics, and how the run ended', async () => {
    const { url, received } = await service(mlflow);
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: `${url}/`, MLFLOW_TRACKING_TOKEN: 't' });
    expect(await client.begin(runOf())).toBe('abc');
    await client.send([{ step: 3, time: 5, values: { loss: 2, lr: 0.1 } }]);
    await client.end('interrupted');
    expect(client.url).toBe(`${url}/#/experiments/7/runs/abc`);
    expect(received.every(({ authorization }) => authorization === 'Bearer t')).toBe(true);
    const batches = received.filter(({ path }) => path.endsWith('runs/log-batch')).map(({ body }) => body);
    expect(batches[0]).toMatchObject({
      run_id: 'abc',
      params: expect.arrayContaining([{ key: 'optimizer.lr', value: '0.001' }]),
    });
    for (const { params } of batches)
      expect((params as unknown[] | undefined)?.length ?? 0).toBeLessThan(101);
    expect(batches.at(-1)).toEqual({
      run_id: 'abc',
      metrics: [
        { key: 'loss', value: 2, timestamp: 5, step: 3 },
        { key: 'lr', value: 0.1, timestamp: 5, step: 3 },
      ],
    });
    expect(received.at(-1)).toMatchObject({
      path: '/api/2.0/mlflow/runs/update',
      body: { run_id: 'abc', status: 'KILLED' },
    });
  });

  it('goes on with the run of an earlier session', async () => {
    const { url, received } = await service(mlflow);
    const client = new MlflowClient({ MLFLOW_TRACKING_URI: url });
    expect(await client.begin(runOf('old'))).toBe('old');
    expect(received.at(-1)!.body).toMatchObject({ run_id: 'old', status: 'RUNNING' });
    expect(received.some(({ path }) => path.endsWith('runs/create'))).toBe(false);
  });
});

describe('Weights & Biases', () => {
  it('is sent settings, rows at their places, and the end', async () => {
    const { url, received } = await service(wandb);
    const client = new WandbClient({ WANDB_API_KEY: 'k', WANDB_BASE_URL: url, WANDB_PROJECT: 'p' });
    const id = await client.begin(runOf());
    await client.send([{ step: 1, time: 1000, values: { loss: 3 } }]);
    await client.send([{ step: 2, time: 2000, values: { loss: 2 } }]);
    await client.end('finished');
    expect(received[0]!.authorization).toBe(`Basic ${Buffer.from('api:k').toString('base64')}`);
    const { config } = (received[0]!.body.variables ?? {}) as { config: string };
    expect(JSON.parse(config)).toMatchObject({ 'optimizer.lr': { value: 0.001 } });
    const streams = received.slice(1);
    expect(streams.map(({ path }) => path)).toEqual(Array(3).fill(`/files/me/p/${id}/file_stream`));
    const history = streams.map(
      ({ body }) =>
        (body.files as Record<string, { offset: number; content: string[] }> | undefined)?.[
          'wandb-history.jsonl'
        ],
    );
    expect(history.map((part) => part?.offset)).toEqual([0, 1, undefined]);
    expect(JSON.parse(history[1]!.content[0]!)).toMatchObject({ loss: 2, _step: 2, _timestamp: 2 });
    expect(streams.at(-1)!.body).toEqual({ complete: true, exitcode: 0 });
  });
});

describe('a training with trackers', () => {
  const steps = { steps: 3, logEvery: 1 };

  it('sends every logged step to both, and goes on in the same runs', async () => {
    const [one, other] = [await service(mlflow), await service(wandb)];
    vi.stubEnv('MLFLOW_TRACKING_URI', one.url);
    vi.stubEnv('WANDB_BASE_URL', other.url);
    vi.stubEnv('WANDB_API_KEY', 'k');
    const run = join(folder, 'tracked');
    const stop = new AbortController();
    const config = { ...steps, logTo: 'wandb,mlflow' };
    await runTraining(smallConfig(manifest, run, config), {
      stop: stop.signal,
      onStep: ({ step }) => void (step === 2 && stop.abort()),
    });
    const ids = JSON.parse(readFileSync(join(run, 'trackers.json'), 'utf8')) as Record<string, string>;
    expect(ids.mlflow).toBe('abc');
    await runTraining(smallConfig(manifest, run, { ...config, resume: true }));
    const logged = one.received.flatMap(
      ({ body }) => (body.metrics ?? []) as { key: string; step: number }[],
    );
    expect(logged.filter(({ key }) => key === 'loss').map(({ step }) => step)).toEqual([1, 2, 3]);
    const ends = one.received.map(({ body }) => body.status).filter((status) => status !== undefined);
    expect(ends).toEqual(['KILLED', 'RUNNING', 'FINISHED']);
    const names = other.received
      .filter(({ path }) => path === '/graphql')
      .map(({ body }) => (body.variables as { name: string }).name);
    expect(names).toEqual([ids.wandb, ids.wandb]);
  });

  it('is not stopped by a service that fails, and says so once', async () => {
    const { url } = await service(() => ({ status: 500, body: { message: 'out of order' } }));
    vi.stubEnv('MLFLOW_TRACKING_URI', url);
    const run = join(folder, 'failing');
    const notices: string[] = [];
    const outcome = await runTraining(smallConfig(manifest, run, { ...steps, logTo: 'mlflow' }), {
      onNotice: (line) => notices.push(line),
    });
    expect(outcome.finished).toBe(true);
    expect(
      notices.filter((line) => /MLflow: nothing more is sent .*500.*out of order/.test(line)),
    ).toHaveLength(1);
    expect(existsSync(join(run, 'checkpoints', 'last'))).toBe(true);
  });

  it('does not begin without what the service needs', async () => {
    vi.stubEnv('WANDB_API_KEY', '');
    const run = join(folder, 'keyless');
    await expect(runTraining(smallConfig(manifest, run, { ...steps, logTo: 'wandb' }))).rejects.toThrow(
      /WANDB_API_KEY/,
    );
    expect(existsSync(run)).toBe(false);
    expect(() => trackerClients({ logTo: 'mlflow' }, {})).toThrow(/MLFLOW_TRACKING_URI/);
    expect(() => smallConfig(manifest, run, { logTo: 'comet' })).toThrow(/must be wandb, mlflow/);
  });
});
