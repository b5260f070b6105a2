// What `--weights` may name: files, folders of xclr, transformers and timm, and models on a hub that also misbehaves.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noGrad, scoped, tensor } from '@xclr/torch';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { pattern } from '../../../torch/test/goldens/pattern.js';
import { applyWeights, createEncoder, openWeights, saveWeights } from '../../src/models/index.js';
import { UserError } from '../../src/util/errors.js';

let folder = '';
let weights = Buffer.alloc(0);
const wanted = { name: 'resnet18', stem: 'standard', width: 0.125 };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-weight-sources-'));
  using encoder = createEncoder('resnet18', { width: 0.125 });
  saveWeights(join(folder, 'tiny.safetensors'), encoder);
  weights = readFileSync(join(folder, 'tiny.safetensors'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with these files; objects become JSON. */
function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array | object>>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(join(path, file), raw ? content : JSON.stringify(content));
  }
  return path;
}

async function errorOf(given: string, encoder = wanted, options = {}): Promise<UserError> {
  try {
    await openWeights(given, encoder, options);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  return expect.fail('expected an error');
}

describe('folders', () => {
  test('an exported folder', async () => {
    const path = folderOf('export', {
      'config.json': { model_type: 'resnet', xclr: { encoder: 'resnet18', stem: 'standard', width: 0.125 } },
      'model.safetensors': weights,
    });
    const opened = await openWeights(path, wanted);
    expect(opened.sha256).toBe(createHash('sha256').update(weights).digest('hex'));
    using encoder = createEncoder('resnet18', { width: 0.125 });
    expect(applyWeights(encoder, opened)).toEqual(['names of torchvision and timm']);
    const { message, remedy } = await errorOf(path, { ...wanted, width: 0.5 });
    expect(message).toMatch(/of an encoder with width 0\.125, and this one has width 0\.5/);
    expect(remedy).toContain('--width 0.125');
  });

  test.each([
    ['timm of that name', { architecture: 'resnet18' }],
    ['transformers', { model_type: 'resnet', downsample_in_bottleneck: false }],
    ['no config', undefined],
  ])('%s', async (name, config) => {
    const path = folderOf(name, { 'model.safetensors': weights, ...(config && { 'config.json': config }) });
    expect((await openWeights(path, wanted)).path).toBe(join(path, 'model.safetensors'));
  });

  test.each([
    [
      'another of timm',
      { architecture: 'resnetblur18' },
      /timm's resnetblur18, and this encoder is resnet18/,
      /--encoder/,
    ],
    ['another family', { model_type: 'convnext' }, /model type convnext/, /ResNet and ViT are read/],
    [
      'the stride elsewhere',
      { model_type: 'resnet', downsample_in_bottleneck: true },
      /stride in the first convolution/,
      /microsoft/,
    ],
    ['a broken config', '{"model_type"', /config\.json is no JSON/, /Fetch it again/],
  ])('%s is refused', async (name, config, message, remedy) => {
    const error = await errorOf(folderOf(name, { 'model.safetensors': weights, 'config.json': config }));
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  test.each([
    ['nothing', {}, /no PyTorch weights/, /empty/],
    [
      'TensorFlow',
      { 'tf_model.h5': 'x', 'config.json': '{}' },
      /no PyTorch weights, but tf_model\.h5/,
      /convert/,
    ],
    ['shards', { 'model.safetensors.index.json': '{}' }, /in several files/, /max_shard_size/],
    ['two files', { 'a.pth': 'x', 'b.pth': 'x' }, /several files of weights: a\.pth, b\.pth/, /Name one/],
  ])('with %s', async (name, files, message, remedy) => {
    const error = await errorOf(folderOf(`with ${name}`, files));
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  test('DeiT and other image sizes are the same architecture; a base is no tiny', async () => {
    const tiny = { name: 'vit_tiny_patch16_224', stem: 'standard', width: 0.34 };
    for (const architecture of ['deit_tiny_patch16_224', 'vit_tiny_patch16_384']) {
      const path = folderOf(architecture, { 'config.json': { architecture }, 'model.safetensors': weights });
      await expect(openWeights(path, tiny)).resolves.toBeDefined();
    }
    const path = folderOf('base', {
      'config.json': { architecture: 'vit_base_patch16_224' },
      'model.safetensors': weights,
    });
    expect((await errorOf(path, tiny)).message).toMatch(/timm's vit_base_patch16_224/);
  });
});

test('another normalization of the images goes into a vision transformer’s first layer, exactly', async () => {
  using theirs = createEncoder('vit_tiny_patch16_224', { width: 0.34 });
  const path = folderOf('normalized', {
    'config.json': {
      architecture: 'vit_tiny_patch16_224',
      pretrained_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    },
  });
  saveWeights(join(path, 'model.safetensors'), theirs);
  const opened = await openWeights(path, { name: 'vit_tiny_patch16_224', stem: 'standard', width: 0.34 });
  using ours = createEncoder('vit_tiny_patch16_224', { width: 0.34 });
  const to = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
  const notes = applyWeights(ours, opened, { normalization: { from: opened.facts.normalization!, to } });
  expect(notes.join()).toMatch(/first layer was adapted.*exactly/);
  scoped(() =>
    noGrad(() => {
      const images = pattern([1, 3, 64, 64], 1, 'float32').add(0.5); // values from 0 to 1
      const normalized = (mean: readonly number[], std: readonly number[]) =>
        images.sub(tensor([...mean], { shape: [1, 3, 1, 1] })).div(tensor([...std], { shape: [1, 3, 1, 1] }));
      const half = [0.5, 0.5, 0.5];
      const before = theirs.eval().call(normalized(half, half)).toNumbers();
      const after = ours.eval().call(normalized(to.mean, to.std)).toNumbers();
      // Float32, through 12 blocks.
      after.forEach((value, i) => {
        expect(Math.abs(value - before[i]!)).toBeLessThan(1e-4);
      });
    }),
  );
});

describe('a hub', () => {
  let server: Server | undefined;
  afterEach(() => {
    vi.unstubAllEnvs();
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });
  async function hub(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    server = createServer(answer);
    await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const files: Readonly<Record<string, () => Buffer>> = {
    'config.json': () => Buffer.from(JSON.stringify({ architecture: 'resnet18' })),
    'model.safetensors': () => weights,
  };

  /** As huggingface.co: small files at once, large ones by a redirect that says length and sha256. */
  function serve(
    request: IncomingMessage,
    response: ServerResponse,
    change: (body: Buffer) => Buffer = (b) => b,
  ): void {
    const { pathname } = new URL(request.url!, 'http://hub');
    const name = pathname.split('/').at(-1)!;
    const content = files[name]?.();
    if (content === undefined) return void response.writeHead(404).end();
    if (name.endsWith('.safetensors') && !pathname.startsWith('/cdn/')) {
      const sha256 = createHash('sha256').update(content).digest('hex');
      const head = {
        location: `/cdn/${name}`,
        'x-linked-size': content.length,
        'x-linked-etag': `"${sha256}"`,
      };
      return void response.writeHead(302, head).end();
    }
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const body = change(content).subarray(from);
    const range =
      from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, etag: '"one"', ...range });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  const encoder = { name: 'resnet18', stem: 'standard', width: 0.125 };

  test('is fetched from once, with the token, then the files are used', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    const asked: string[] = [];
    const url = await hub((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (!request.url!.startsWith('/cdn/')) expect(request.headers.authorization).toBe('Bearer hf_secret');
      serve(request, response);
    });
    vi.stubEnv('HF_ENDPOINT', `${url}/`);
    const modelsFolder = join(folder, 'fetched');
    const notices: string[] = [];
    const options = { modelsFolder, onNotice: (line: string) => void notices.push(line) };
    const opened = await openWeights('timm/resnet18.a1_in1k', encoder, options);
    expect(opened.path).toBe(join(modelsFolder, 'timm/resnet18.a1_in1k/model.safetensors'));
    expect(readFileSync(opened.path).equals(weights)).toBe(true);
    expect(opened.facts.architecture).toBe('resnet18');
    expect(notices).toEqual([
      `fetching timm/resnet18.a1_in1k from ${url} into ${join(modelsFolder, 'timm/resnet18.a1_in1k')}`,
    ]);
    const before = asked.length;
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    await openWeights('timm/resnet18.a1_in1k', encoder, options);
    expect(asked).toHaveLength(before);
  });

  test('is not asked for the weights of another architecture', async () => {
    const asked: string[] = [];
    const url = await hub((request, response) => {
      asked.push(request.url!);
      serve(request, response);
    });
    const options = { hub: url, modelsFolder: join(folder, 'other') };
    const { message } = await errorOf('timm/resnet18', { ...encoder, name: 'resnet50' }, options);
    expect(message).toMatch(/timm's resnet18, and this encoder is resnet50/);
    expect(asked.filter((path) => path.includes('safetensors'))).toEqual([]);
  });

  test('that breaks off is asked for the rest', async () => {
    let cuts = 2;
    const ranges: (string | undefined)[] = [];
    const url = await hub((request, response) => {
      if (request.method === 'GET' && request.url!.startsWith('/cdn/')) {
        ranges.push(request.headers.range);
        if (cuts-- > 0) {
          const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
          const rest = weights.length - from;
          const range = { 'content-range': `bytes ${from}-${weights.length - 1}/${weights.length}` };
          response.writeHead(from > 0 ? 206 : 200, {
            'content-length': rest,
            etag: '"one"',
            ...(from > 0 && range),
          });
          return void response.write(weights.subarray(from, from + 50_000), () => response.destroy());
        }
      }
      serve(request, response);
    });
    const options = { hub: url, modelsFolder: join(folder, 'cut'), timeoutMs: 2000 };
    const opened = await openWeights('some/model', encoder, options);
    expect(readFileSync(opened.path).equals(weights)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.at(-1)).toMatch(/^bytes=\d+-$/);
  });

  test('that sends other bytes than it published is refused by its checksum', async () => {
    const url = await hub((request, response) =>
      serve(request, response, (body) => {
        if (!request.url!.startsWith('/cdn/')) return body;
        const changed = Buffer.from(body);
        changed[changed.length - 1]! ^= 1;
        return changed;
      }),
    );
    const modelsFolder = join(folder, 'wrong');
    const { message } = await errorOf('some/model', encoder, { hub: url, modelsFolder });
    expect(message).toMatch(/hub: model\.safetensors has the wrong bytes: expected sha256/);
    expect(existsSync(join(modelsFolder, 'some/model/model.safetensors'))).toBe(false);
  });

  test.each([
    [401, /asks for a login \(401\)/, /HF_TOKEN/],
    [403, /refuses access \(403\)/, /HF_TOKEN/],
    [500, /answers 500/, /put model\.safetensors and config\.json of .* into .*yourself/],
  ])('that answers %i', async (status, message, remedy) => {
    const url = await hub((_, response) => void response.writeHead(status).end());
    const error = await errorOf('some/model', encoder, { hub: url, modelsFolder: join(folder, `${status}`) });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('there is nothing at some/model');
    expect(error.remedy).toMatch(remedy);
  });

  test('that has no such model, or keeps silent, or is not there', async () => {
    const modelsFolder = join(folder, 'none');
    const empty = await hub((_, response) => void response.writeHead(404).end());
    expect((await errorOf('some/model', encoder, { hub: empty, modelsFolder })).message).toMatch(
      /has no model\.safetensors or pytorch_model\.bin under that name/,
    );
    server?.close();
    const silent = await hub(() => undefined);
    expect(
      (await errorOf('some/model', encoder, { hub: silent, modelsFolder, timeoutMs: 200 })).message,
    ).toMatch(/cannot be reached for it: no answer in time/);
    const gone = { hub: 'http://127.0.0.1:9', modelsFolder };
    expect((await errorOf('some/model', encoder, gone)).message).toMatch(/cannot be reached for it/);
  });

  test('is not asked where HF_HUB_OFFLINE forbids it, nor for what is no name', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    const offline = await errorOf('some/model', encoder, { modelsFolder: join(folder, 'offline') });
    expect(offline.message).toMatch(/HF_HUB_OFFLINE forbids/);
    expect(offline.remedy).toMatch(/Unset HF_HUB_OFFLINE, or put model\.safetensors/);
    for (const given of ['weights/resnet18.pth', './nowhere', 'a/b/c', 'nowhere'])
      expect((await errorOf(given)).message).toContain(`there is nothing at ${given}`);
  });
});
