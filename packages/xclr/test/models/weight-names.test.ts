// Names of other libraries, prefixes, heads: an encoder finds its tensors, says what it found, and refuses what is another's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { empty, io, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillByPattern, pattern } from '../../../torch/test/goldens/pattern.js';
import { createEncoder, type Encoder, loadEncoderWeights, saveWeightsAs } from '../../src/models/index.js';
import { dialectsOf } from '../../src/models/weights/dialects/index.js';
import { expectShort, golden, type Short, type StateDictGolden } from './goldens.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-weight-names-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface ForeignGolden {
  readonly models: Readonly<
    Record<
      string,
      {
        readonly encoder: string;
        readonly size: number;
        readonly names: Readonly<Record<string, readonly number[]>>;
        readonly features: Short;
      }
    >
  >;
}

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A state dict with the values of the goldens' `fill`, as a file. */
function written(name: string, shapes: Shapes): string {
  const file = join(folder, name);
  scoped(() => {
    const state = new Map(
      Object.entries(shapes).map(([key, shape]) => [
        key,
        key.endsWith('num_batches_tracked') ? tensor([0], { dtype: 'int64' }).reshape([]) : empty([...shape]),
      ]),
    );
    fillByPattern({ stateDict: () => state } as unknown as Encoder);
    io.writeSafetensors(file, state);
  });
  return file;
}

const tiny = () => createEncoder('resnet18', { width: 0.125 });
const tinyVit = () => createEncoder('vit_tiny_patch16_224', { width: 0.34 });

const values = (model: Encoder) =>
  new Map([...model.stateDict()].map(([key, value]) => [key, value.toArray()]));

/** The encoder's state under other names, with more tensors beside it. */
function renamedFile(
  name: string,
  model: Encoder,
  rename: (key: string) => string | null,
  extra: Readonly<Record<string, readonly number[]>> = {},
): string {
  const file = join(folder, `${name}.safetensors`);
  scoped(() => {
    const state = new Map<string, Tensor>();
    for (const [key, value] of model.stateDict()) {
      const other = rename(key);
      if (other !== null) state.set(other, value);
    }
    for (const [key, shape] of Object.entries(extra)) state.set(key, empty([...shape]).fill_(0.5));
    io.writeSafetensors(file, state);
  });
  return file;
}

describe('names of torchvision and timm where they are not ours', () => {
  const { models } = golden<ForeignGolden>('weights');

  test.each(Object.keys(models))('%s: evaluation gives what it gives there', async (name) => {
    const { encoder: ours, size, names, features } = models[name]!;
    const file = written('foreign.safetensors', names);
    using encoder = createEncoder(ours);
    const notes = await loadEncoderWeights(encoder, file);
    expect(notes[0]).toMatch(name.startsWith('timm') ? /^names of timm$/ : /^names of torchvision$/);
    expect(notes.join('; ')).toMatch(
      /left out, as the encoder has no such layers: (conv_head|classifier|heads)/,
    );
    scoped(() => {
      const got = noGrad(() => encoder.eval().call(pattern([2, 3, size, size], 7, 'float32')));
      // Float32 against float64, through 12 to 20 layers.
      expectShort(got, features, 1e-4, name);
    });
  });

  test.each(['mobilenet_v3_small', 'mobilenet_v3_large', 'efficientnet_b0'])(
    '%s: every name of timm but the head’s is used, and an export under its names is read again',
    async (name) => {
      const timm = {
        mobilenet_v3_small: 'mobilenetv3_small_100',
        mobilenet_v3_large: 'mobilenetv3_large_100',
      };
      const theirs =
        golden<StateDictGolden>('timm-state-dicts').models[timm[name as keyof typeof timm] ?? name]!;
      using encoder = createEncoder(name);
      scoped(() => void noGrad(() => encoder.train().call(pattern([2, 3, 64, 64], 8, 'float32'))));
      const dialect = dialectsOf(encoder).find((one) => one.name === 'timm')!;
      const used = new Set([...encoder.stateDict().keys()].flatMap((key) => dialect.sources(key)));
      for (const key of used) expect(theirs, key).toHaveProperty([key]);
      expect(
        Object.keys(theirs).filter((key) => !used.has(key) && !/^(classifier|conv_head)\./.test(key)),
      ).toEqual([]);

      const file = join(folder, `${name}-timm.safetensors`);
      saveWeightsAs(file, encoder, 'timm');
      scoped(() => {
        for (const [key, value] of io.readSafetensors(file).tensors)
          expect(value.shape, key).toEqual(theirs[key]);
      });
      using again = createEncoder(name);
      await loadEncoderWeights(again, file);
      const images = () => pattern([2, 3, 64, 64], 9, 'float32');
      scoped(() =>
        noGrad(() => {
          const [a, b] = [encoder, again].map((one) => one.eval().call(images()).toNumbers());
          // Scales of batch norms go there and back: two roundings of 6e-8 a layer.
          const largest = Math.max(...a!.map(Math.abs));
          a!.forEach((value, i) => {
            expect(Math.abs(value - b![i]!)).toBeLessThan(1e-4 * largest);
          });
        }),
      );
    },
  );

  test('a vision transformer is written under torchvision’s names', () => {
    using encoder = createEncoder('vit_tiny_patch16_224');
    const file = join(folder, 'vit.safetensors');
    saveWeightsAs(file, encoder, 'torchvision');
    const theirs = models['torchvision VisionTransformer']!.names;
    scoped(() => {
      const { tensors } = io.readSafetensors(file);
      expect([...tensors.keys()].sort()).toEqual(
        Object.keys(theirs)
          .filter((key) => !key.startsWith('heads.'))
          .sort(),
      );
      for (const [key, value] of tensors) expect(value.shape, key).toEqual(theirs[key]);
    });
  });

  test('torchvision has no variant D', () => {
    using encoder = createEncoder('resnet18d', { width: 0.125 });
    expect(() => saveWeightsAs(join(folder, 'd.safetensors'), encoder, 'torchvision')).toThrow(
      /torchvision has no encoder of this architecture/,
    );
  });
});

/** As Hugging Face's ResNetModel names them. */
function huggingFaceResNet(key: string): string {
  return `resnet.${key
    .replace(/^conv1\./, 'embedder.embedder.convolution.')
    .replace(/^bn1\./, 'embedder.embedder.normalization.')
    .replace(
      /^layer(\d)\.(\d)\./,
      (_, s: string, b: string) => `encoder.stages.${Number(s) - 1}.layers.${b}.`,
    )
    .replace(/\.conv(\d)\./, (_, c: string) => `.layer.${Number(c) - 1}.convolution.`)
    .replace(/\.bn(\d)\./, (_, c: string) => `.layer.${Number(c) - 1}.normalization.`)
    .replace('.downsample.0.', '.shortcut.convolution.')
    .replace('.downsample.1.', '.shortcut.normalization.')}`;
}

const children = ['conv1', 'bn1', '', '', 'layer1', 'layer2', 'layer3', 'layer4'];
const asChild = (key: string) => key.replace(/^\w+/, (first) => String(children.indexOf(first)));

describe('prefixes and heads', () => {
  test.each<[string, (key: string) => string, Shapes, RegExp[]]>([
    ['none', (key) => key, {}, [/^names of torchvision and timm$/]],
    [
      'DDP',
      (key) => `module.${key}`,
      { 'module.fc.weight': [4, 64] },
      [/prefix 'module\.' was stripped/, /no such layers: module\.fc\.weight/],
    ],
    [
      'solo-learn',
      (key) => `backbone.${key}`,
      { 'projector.0.weight': [8, 64] },
      [/'backbone\.'/, /1 other tensors were left out/],
    ],
    [
      'lightly',
      (key) => `backbone.${asChild(key)}`,
      { 'projection_head.layers.0.weight': [8, 64] },
      [/Sequential of its children/, /'backbone\.'/],
    ],
    ['VISSL', (key) => `trunk._feature_blocks.${key}`, {}, [/'trunk\._feature_blocks\.'/]],
    ['xclr', (key) => `encoder.${key}`, { 'projector.layers.0.weight': [8, 64] }, [/'encoder\.'/]],
    [
      'transformers',
      huggingFaceResNet,
      { 'classifier.1.weight': [4, 64] },
      [/names of Hugging Face's transformers/, /'resnet\.'/],
    ],
  ])('%s', async (name, rename, extra, expected) => {
    using saved = tiny();
    using loaded = tiny();
    const notes = await loadEncoderWeights(loaded, renamedFile(name, saved, rename, extra));
    expect(values(loaded)).toEqual(values(saved));
    for (const one of expected) expect(notes.join('\n')).toMatch(new RegExp(one.source, 'm'));
  });

  test('of MoCo’s two encoders the one that learns is taken, and it is said', async () => {
    using query = tiny();
    using key = tiny();
    const file = join(folder, 'moco.safetensors');
    scoped(() => {
      const state = new Map<string, Tensor>();
      for (const [name, value] of query.stateDict()) state.set(`module.encoder_q.${name}`, value);
      for (const [name, value] of key.stateDict()) state.set(`module.encoder_k.${name}`, value);
      state.set('module.queue', empty([2, 3]).fill_(0));
      io.writeSafetensors(file, state);
    });
    using loaded = tiny();
    const notes = await loadEncoderWeights(loaded, file);
    expect(values(loaded)).toEqual(values(query));
    expect(notes).toContain("the prefix 'module.encoder_q.' was stripped");
    expect(notes).toContain("also there, and left alone: 'module.encoder_k.'");
  });

  test('two networks of which nothing says which is meant are refused by name', async () => {
    using model = tiny();
    const file = join(folder, 'two.safetensors');
    scoped(() => {
      const state = new Map<string, Tensor>();
      for (const side of ['left', 'right'])
        for (const [name, value] of model.stateDict()) state.set(`${side}.${name}`, value);
      io.writeSafetensors(file, state);
    });
    await expect(loadEncoderWeights(model, file)).rejects.toThrow(
      /nothing says which is meant: left\., right\./,
    );
  });

  test('counters that old files lack are kept', async () => {
    using saved = tiny();
    const file = renamedFile('old', saved, (key) => (key.endsWith('num_batches_tracked') ? null : key));
    using loaded = tiny();
    await loadEncoderWeights(loaded, file);
    expect(values(loaded)).toEqual(values(saved));
  });

  test('another architecture is said with names of both', async () => {
    using model = tiny();
    using vit = tinyVit();
    const file = renamedFile('vit', vit, (key) => key);
    await expect(loadEncoderWeights(model, file)).rejects.toThrow(
      /another architecture: expected such as conv1\.weight, .*got blocks|another architecture: expected such as conv1\.weight, .*got /,
    );
  });
});

describe('vision transformers', () => {
  /** As Hugging Face's ViTForImageClassification names them; queries, keys and values apart. */
  function huggingFaceState(model: Encoder): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    for (const [key, value] of model.stateDict()) {
      const qkv = /^blocks\.(\d+)\.attn\.qkv\.(\w+)$/.exec(key);
      if (qkv !== null) {
        const parts = value.chunk(3);
        ['query', 'key', 'value'].forEach((part, i) => {
          state.set(`vit.encoder.layer.${qkv[1]}.attention.attention.${part}.${qkv[2]}`, parts[i]!);
        });
        continue;
      }
      const other = key
        .replace('cls_token', 'embeddings.cls_token')
        .replace('pos_embed', 'embeddings.position_embeddings')
        .replace('patch_embed.proj', 'embeddings.patch_embeddings.projection')
        .replace(/^norm\./, 'layernorm.')
        .replace(/^blocks\.(\d+)\./, 'encoder.layer.$1.')
        .replace('.norm1.', '.layernorm_before.')
        .replace('.norm2.', '.layernorm_after.')
        .replace('.attn.proj.', '.attention.output.dense.')
        .replace('.mlp.fc1.', '.intermediate.dense.')
        .replace('.mlp.fc2.', '.output.dense.');
      state.set(`vit.${other}`, value);
    }
    state.set('classifier.weight', empty([3, 64]).fill_(0));
    return state;
  }

  test('names of transformers, whose queries, keys and values are apart', async () => {
    using saved = tinyVit();
    const file = join(folder, 'hf-vit.safetensors');
    scoped(() => void noGrad(() => io.writeSafetensors(file, huggingFaceState(saved))));
    using loaded = tinyVit();
    const notes = await loadEncoderWeights(loaded, file);
    expect(values(loaded)).toEqual(values(saved));
    expect(notes).toContain("names of Hugging Face's transformers");
  });

  test('torchvision’s names before 0.12', async () => {
    using saved = tinyVit();
    const file = renamedFile('old-vit', saved, (key) =>
      key
        .replace('cls_token', 'class_token')
        .replace('pos_embed', 'encoder.pos_embedding')
        .replace('patch_embed.proj', 'conv_proj')
        .replace(/^norm\./, 'encoder.ln.')
        .replace(/^blocks\.(\d+)\./, 'encoder.layers.encoder_layer_$1.')
        .replace('.norm1.', '.ln_1.')
        .replace('.norm2.', '.ln_2.')
        .replace('.attn.qkv.', '.self_attention.in_proj_')
        .replace('.attn.proj.', '.self_attention.out_proj.')
        .replace('.mlp.fc1.', '.mlp.linear_1.')
        .replace('.mlp.fc2.', '.mlp.linear_2.'),
    );
    using loaded = tinyVit();
    const notes = await loadEncoderWeights(loaded, file);
    expect(values(loaded)).toEqual(values(saved));
    expect(notes).toContain('names of torchvision before 0.12');
  });

  test('position embeddings of another image size are resized, and it is said', async () => {
    using saved = tinyVit();
    const file = join(folder, 'vit-384.safetensors');
    scoped(() =>
      noGrad(() => {
        const state = new Map(saved.stateDict());
        const flat = empty([1, 1 + 24 ** 2, 64]).fill_(0.25);
        state.set('pos_embed', flat);
        io.writeSafetensors(file, state);
      }),
    );
    using loaded = tinyVit();
    expect(await loadEncoderWeights(loaded, file)).toContain(
      'position embeddings were resized from 24×24 to 14×14',
    );
    // What is the same everywhere stays so.
    for (const value of loaded.stateDict().get('pos_embed')!.toNumbers()) expect(value).toBeCloseTo(0.25, 5);
  });
});
