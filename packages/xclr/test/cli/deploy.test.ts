// From a run to production as a user meets it: export, distill, and serve in a process of its own.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { XclrClient } from '../../src/deploy/serve/index.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';
import { xclrHere } from './here.js';
import { serving } from './run.js';

const folder = temporaryFolder();
const xclr = xclrHere(folder);
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
  await runTraining(smallConfig(manifest, join(folder, 'run'), { steps: 3 }));
});

describe('from a run to production', () => {
  it('exports, and says how near each file is to LibTorch', async () => {
    const { out, code } = await xclr(
      'export',
      'run',
      'exported',
      '--max-knn-loss',
      '100',
      '--license',
      'CC0-1.0',
    );
    expect(code).toBe(0);
    for (const said of ['model.onnx', 'model_fp16.onnx', 'model_quantized.onnx']) expect(out).toContain(said);
    const files = readdirSync(join(folder, 'exported'));
    for (const name of ['README.md', 'config.json', 'model.safetensors', 'onnx', 'preprocessor_config.json'])
      expect(files).toContain(name);
    expect(readFileSync(join(folder, 'exported', 'README.md'), 'utf8')).toContain('CC0-1.0');
  });

  it('does not write over what is there', async () => {
    const before = readdirSync(join(folder, 'exported'), { recursive: true });
    const { code, err } = await xclr('export', 'run', 'exported');
    expect(code).not.toBe(0);
    expect(err).toMatch(/exported.*(empty|new)/s);
    expect(err).not.toMatch(/\n {4}at /);
    expect(readdirSync(join(folder, 'exported'), { recursive: true })).toEqual(before);
  });

  it('distils a run into a smaller encoder, which is a run like any other', async () => {
    const student = ['--into', 'mobilenet_v3_small', '--width', '0.25', '--steps', '4'];
    expect((await xclr('distill', 'run', ...student, '--run', 'student')).code).toBe(0);
    expect(existsSync(join(folder, 'student', 'checkpoints', 'last', 'model.safetensors'))).toBe(true);
    const embedded = await xclr('embed', 'student', manifest, 'student.npy', '--threads', '1');
    expect(embedded.code).toBe(0);
    const unknown = await xclr('distill', 'run', '--into', 'mobilenet_v3_tiny');
    expect(unknown.code).not.toBe(0);
    expect(unknown.err).toMatch(/mobilenet_v3_small/);
  });

  it('serves what was exported, with an index of its vectors, until it is told to end', async () => {
    expect((await xclr('embed', 'exported', manifest, 'all.parquet', '--threads', '1')).code).toBe(0);
    expect((await xclr('index', 'build', 'shop', 'all.parquet')).code).toBe(0);
    writeFileSync(join(folder, 'token'), 'a-secret-of-this-test\n');
    const server = await serving(folder, 'exported', '--index', 'shop', '--token-file', 'token');
    const client = new XclrClient(server.url, { token: 'a-secret-of-this-test' });
    const { matches } = await client.searchImage(readFileSync(join(folder, 'data', 'dog-2.png')), { k: 1 });
    expect(matches[0]!.id).toBe('dog-2.png');
    await expect(new XclrClient(server.url).searchId('dog-2.png')).rejects.toThrow(/token/);
    expect(await server.stop()).toBe(0);
    const lines = server
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status?: number });
    expect(lines.flatMap(({ status }) => status ?? [])).toEqual([200, 401]);
    await expect(client.health()).rejects.toThrow();
  });

  it('refuses to serve an index of another encoder, naming both', async () => {
    expect((await xclr('embed', 'run', manifest, 'run.parquet', '--threads', '1')).code).toBe(0);
    expect((await xclr('index', 'build', 'other', 'run.parquet')).code).toBe(0);
    await expect(serving(folder, 'exported', '--index', 'other')).rejects.toThrow(
      /run.*exported|exported.*run/s,
    );
  });
});
