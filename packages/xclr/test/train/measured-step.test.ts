// A step's loss and gradients, however they are computed: the matrix whole or by strips, this process's rows alone, the batch in chunks.
import { join } from 'node:path';
import { cat, dropout, manualSeed, nn, randn, scoped, type Tensor, tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { chunkNotice } from '../../src/train/chunk-notice.js';
import { samplesOf } from '../../src/train/made-views.js';
import { chunksOf, measureStep } from '../../src/train/measured-step.js';
import { createObjective, type Learner } from '../../src/train/objectives/index.js';
import { stripsFrom, tileOf } from '../../src/train/objectives/strips.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { joinedValues } from '../../src/train/world/joined-values.js';
import { alone, type World } from '../../src/train/world/world.js';
import { variants, wordnet } from './addition-variants.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const textTower = { width: 32, layers: 2, heads: 2, context: 12, vocabulary: 600 };
const cases: Readonly<Record<string, Record<string, unknown>>> = {
  xclr: { graph: wordnet },
  simclr: { method: 'simclr', graph: { kind: 'identity' } },
  clip: { method: 'clip', graph: { kind: 'identity' }, textTower },
  'clip, the same words left out': {
    method: 'clip',
    graph: { kind: 'identity' },
    textTower,
    loss: { maskSameCaptions: true },
  },
  supervised: { method: 'supervised', graph: { kind: 'labels' } },
  'the nearest 4': { graph: { ...wordnet, postprocess: { topK: 4, clip: true } } },
  ...Object.fromEntries(
    Object.entries(variants).map(([name, variant]) => [name, { graph: wordnet, ...variant }]),
  ),
};
const names = Object.keys(cases);
/** Vectors of captions, which enter a layer, are float32. */
const inFloat32: ReadonlySet<string> = new Set(['text', 'soft CLIP']);

const b = 6;
const ids = Int32Array.of(0, 1, 10, 15, 5, 25); // 0 and 1 have one caption and one label
const size = 16;

interface Setting {
  /** Settings beside the case's. */
  readonly changes?: Record<string, unknown>;
  readonly world?: World;
  /** The running statistics in place of the batch's, which chunks would change. */
  readonly frozen?: boolean;
  /** Pixels are dropped out for so many samples at a time. */
  readonly dropout?: number;
}

/** What a step comes to: the loss, all gradients, the statistics, and the buffers after it. */
async function stepOf(
  name: string,
  { changes = {}, world = alone, frozen = true, dropout: drops }: Setting = {},
) {
  const { loss = {}, ...rest } = cases[name] as { loss?: object };
  const { loss: moreLoss = {}, ...more } = changes as { loss?: object };
  const config = smallConfig(manifest, folder, {
    ...{ views: { size, recipe: 'light' }, batchSize: b, ...rest, ...more },
    loss: { ...loss, ...moreLoss },
  });
  manualSeed(11);
  using objective = await createObjective({
    ...{ config, dataset: await openDataset(manifest), device: 'cpu', onNotice: () => undefined },
    training: Int32Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 5 !== 4),
    validation: new Int32Array(),
    runFolder: join(folder, 'run'),
  });
  const learner = objective.createLearner();
  const dtype = inFloat32.has(name) ? 'float32' : 'float64';
  using model = learner.model.to({ dtype }).train();
  const memory = [...model.namedModules().values()].find((one) => one.constructor.name === 'EmbeddingMemory');
  if (frozen)
    for (const one of model.namedModules().values())
      if (one instanceof nn.BatchNorm2d || one instanceof nn.BatchNorm1d) one.eval();
  const { views } = objective;
  const dropping: Learner = {
    ...learner,
    embed: (own) =>
      learner.embed({ ...own, sizes: own.sizes.map((one) => dropped(one, own.own.length, drops!)) }),
  };
  return scoped(() => {
    manualSeed(3);
    const sizes = [randn([views * b, 3, size, size], { dtype })];
    if (memory !== undefined) fillMemory(memory as never);
    const setup = { config, device: 'cpu', recipe: viewRecipe(config.views), views, world };
    const batch = { indices: ids, images: [], sizes };
    const measured = measureStep({ ...setup, learner: drops === undefined ? learner : dropping }, batch, 1);
    const after = () => Array.from(randn([4]).toNumbers());
    const part = world.part(measured.loss.mul(2)); // not 1: the gradient must follow
    measured.lastPass(part).backward();
    measured.afterLastPass();
    const { sums, read } = measured.statistics();
    const values = sums?.toNumbers() ?? [];
    return {
      loss: measured.loss.item(),
      values,
      read,
      drawn: after(),
      gradients: new Map(
        [...model.namedParameters()].map(([key, { grad }]) => [key, grad === null ? null : grad.toNumbers()]),
      ),
      buffers: new Map([...model.namedBuffers()].map(([key, one]) => [key, one.toNumbers()])),
    };
  });
}

/** (v·b, …) pixels, dropped out for `each` samples after another. */
function dropped(views: Tensor, b: number, each: number): Tensor {
  const parts = chunksOf(b, each).map((chunk) => {
    const some = dropout(samplesOf(views, b, chunk), 0.3, true);
    const c = chunk.end - chunk.start;
    return some.reshape([some.size(0) / c, c, ...some.shape.slice(1)]); // (v, c, 3, s, s)
  });
  return cat(parts, { dim: 1 }).reshape([...views.shape]);
}

function fillMemory(memory: { push(z: Tensor, ids: Int32Array): void; embeddings: Tensor }): void {
  const [m = 0, d = 0] = memory.embeddings.shape;
  memory.push(
    randn([m, d], { dtype: 'float64' }),
    Int32Array.from({ length: m }, (_, i) => 5 * (i % 8)),
  );
}

type Step = Awaited<ReturnType<typeof stepOf>>;

const apart = (a: readonly number[], of: readonly number[]) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - of[i]!) ** 2, 0));

function expectSame(got: Step, expected: Step, tolerance: number): void {
  expect(Math.abs(got.loss - expected.loss)).toBeLessThan(tolerance * (1 + expected.loss));
  const all = [...expected.gradients.values()].flatMap((one) => one ?? []);
  const norm = Math.sqrt(all.reduce((sum, value) => sum + value * value, 0));
  for (const [key, gradient] of expected.gradients) {
    const own = got.gradients.get(key)!;
    expect(own === null, key).toBe(gradient === null);
    if (gradient !== null) expect(apart(own, gradient), key).toBeLessThan(tolerance * norm);
  }
  const [a, e] = [got.read(got.values), expected.read(expected.values)];
  expect(a.targetEntropy).toBeCloseTo(e.targetEntropy, 5); // targets are float32
  expect(a.positiveMass).toBeCloseTo(e.positiveMass, 5);
}

/**
 * float64 throughout, but for the graph's similarities and the targets, which are float32 in every form: sums of them are
 * rounded in another order by strips.
 */
const rounding = 2e-6;
const exact = 1e-12;
/** A network in float32, whose sums over a batch are rounded in another order. */
const single = 1e-4;

describe('by strips', () => {
  it.each(names)('%s: the same loss, gradients and statistics', async (name) => {
    const [whole, cut] = [
      await stepOf(name, { changes: { loss: { strips: 'off' } } }),
      await stepOf(name, { changes: { loss: { strips: 'on' } } }),
    ];
    expectSame(cut, whole, inFloat32.has(name) ? single : rounding);
  });

  it('from 2,048 columns on, where they are not asked for; always where a process has a part of the rows', () => {
    const tile = (strips: 'auto' | 'on' | 'off', columns: number, part = false) =>
      tileOf({ strips }, { columns, part });
    expect([tile('auto', stripsFrom - 1), tile('auto', stripsFrom)]).toEqual([null, 1024]);
    expect([tile('off', 65_536), tile('on', 100), tile('on', 65_536)]).toEqual([null, 100, 64]);
    // Its rows at once, where strips do not pay.
    expect([tile('auto', 512, true), tile('off', 65_536, true)]).toEqual([512, 65_536]);
  });
});

/** One of two processes, which sees the rows of all, as if they had been gathered. */
function half(rank: number): World {
  return {
    ...alone,
    ...{ rank, size: 2 },
    part: (loss) => loss.div(2),
    join: (all) => ({
      ids: all,
      rows: (own) => own,
      ownRows: (views) =>
        Array.from({ length: views }, (_, view) => ({
          start: view * b + (rank * b) / 2,
          end: view * b + ((rank + 1) * b) / 2,
        })),
    }),
  };
}

describe('rows of two processes', () => {
  // Prototypes and classes are of a process's own samples: the test of real processes sees those (world.test.ts).
  const pairs = names.filter(
    (name) =>
      name !== 'supervised' && (cases[name]!.loss as { prototypes?: object })?.prototypes === undefined,
  );
  it.each(pairs)('%s: add up to those of one', async (name) => {
    const whole = await stepOf(name, { changes: { loss: { strips: 'off' } } });
    const parts = [];
    for (const rank of [0, 1])
      parts.push(await stepOf(name, { world: half(rank), changes: { loss: { strips: 'on' } } }));
    const [first, second] = parts as [Step, Step];
    const sum = (a: readonly number[], c: readonly number[]) => a.map((value, i) => value + c[i]!);
    const together: Step = {
      ...first,
      loss: (first.loss + second.loss) / 2,
      values: sum(first.values, second.values),
      gradients: new Map(
        [...first.gradients].map(([key, one]) => [
          key,
          one === null ? null : sum(one, second.gradients.get(key)!),
        ]),
      ),
    };
    expectSame(together, whole, inFloat32.has(name) ? single : rounding);
  });
});

describe('in chunks', () => {
  it.each(names)(
    '%s: the same loss and gradients, but for batch normalization’s statistics',
    async (name) => {
      const [whole, chunked] = [await stepOf(name), await stepOf(name, { changes: { chunkSize: 2 } })];
      expectSame(chunked, whole, inFloat32.has(name) ? single : exact);
      expect(chunked.buffers).toEqual(whole.buffers);
    },
  );

  it('with strips as well', async () => {
    const whole = await stepOf('xclr');
    expectSame(await stepOf('xclr', { changes: { chunkSize: 2, loss: { strips: 'on' } } }), whole, rounding);
  });

  it('drop out the same units in both passes, and leave the generator where one pass does', async () => {
    // The reference draws for each chunk as well, and then goes through the network once.
    const whole = await stepOf('xclr', { dropout: 2 });
    const chunked = await stepOf('xclr', { dropout: 2, changes: { chunkSize: 2 } });
    expectSame(chunked, whole, exact);
    expect(chunked.drawn).toEqual(whole.drawn);
    expect(chunked.loss).not.toBeCloseTo((await stepOf('xclr')).loss, 6); // it does drop out
  });

  it('normalize by their own statistics, which enter the running ones once', async () => {
    const chunked = await stepOf('xclr', { frozen: false, changes: { chunkSize: 3 } });
    const whole = await stepOf('xclr', { frozen: false });
    expect(chunked.loss).not.toBeCloseTo(whole.loss, 6);
    const tracked = (step: Step) =>
      [...step.buffers].filter(([key]) => key.endsWith('num_batches_tracked')).map(([, value]) => value[0]);
    expect(new Set(tracked(whole))).toEqual(new Set([1]));
    expect(new Set(tracked(chunked))).toEqual(new Set([2])); // two chunks, each once
  });

  it('of about one size, none larger than asked for', () => {
    expect(chunksOf(10, null)).toEqual([{ start: 0, end: 10 }]);
    expect(chunksOf(10, 10)).toHaveLength(1);
    expect(chunksOf(10, 4).map(({ start, end }) => end - start)).toEqual([3, 3, 4]);
    expect(chunksOf(9, 4).map(({ start, end }) => end - start)).toEqual([3, 3, 3]);
  });
});

describe('with blocks whose inside is made again', () => {
  const recomputed = { checkpointActivations: true };
  /** Everything that a step changes or draws, in every bit. */
  const all = ({ loss, values, drawn, gradients, buffers }: Step) => ({
    loss,
    values,
    drawn,
    gradients,
    buffers,
  });

  it.each(names)(
    '%s: the same in every bit, and a batch enters the running statistics once',
    async (name) => {
      const plain = await stepOf(name, { frozen: false });
      expect(all(await stepOf(name, { frozen: false, changes: recomputed }))).toEqual(all(plain));
    },
  );

  it.each(['resnet50d', 'mobilenet_v3_small', 'efficientnet_b0', 'vit_tiny_patch16_224'])(
    '%s: the same gradients, of units and blocks that are dropped out too',
    async (encoder) => {
      const changes = { encoder: { name: encoder, stem: 'small', width: 0.125 } };
      const plain = await stepOf('simclr', { frozen: false, changes });
      const got = await stepOf('simclr', { frozen: false, changes: { ...changes, ...recomputed } });
      const { gradients: _, ...forward } = all(got);
      const { gradients: __, ...expected } = all(plain);
      expect(forward).toEqual(expected);
      // With LibTorch 2.13 those of mobile networks differ by rounding.
      if (encoder.startsWith('mobilenet') || encoder.startsWith('efficientnet'))
        expectSame(got, plain, exact);
      else expect(got.gradients).toEqual(plain.gradients);
    },
  );

  it('in chunks: the same in every bit', async () => {
    const setting = { frozen: false, changes: { chunkSize: 2 } };
    const plain = await stepOf('xclr', setting);
    expect(all(await stepOf('xclr', { ...setting, changes: { chunkSize: 2, ...recomputed } }))).toEqual(
      all(plain),
    );
  });
});

it('training says what chunks do to batch normalization', () => {
  const said = chunkNotice({ chunkSize: 128, batchSize: 4096 }, 21);
  expect(said).toMatch(
    /--chunk-size 128: the 4,096 images of a batch are compared as a whole, but batch normalization \(21 layers\)/,
  );
  expect(chunkNotice({ chunkSize: 128, batchSize: 4096 }, 0)).toBeNull();
  expect(chunkNotice({ chunkSize: 128, batchSize: 128 }, 21)).toBeNull();
  expect(chunkNotice({ chunkSize: null, batchSize: 4096 }, 21)).toBeNull();
});

describe('what all processes come to', () => {
  const measured = {
    loss: { value: 1 },
    statistics: () => ({ sums: null, read: () => ({ targetEntropy: 0, positiveMass: 1 }) }),
  };

  it('is what was measured, in one', () => {
    const { loss, fault, statistics } = joinedValues(alone, measured as never, null);
    expect([loss, fault, statistics]).toEqual([measured.loss, null, null]);
  });

  it('is a mean of the losses, a fault of any, and sums of the statistics', () =>
    scoped(() => {
      const other = tensor([3, 0, 10, 20]); // the other process's loss, fault and sums
      const world = { ...alone, size: 2, mean: (values: Tensor) => values.add(other).div(2) };
      const own = {
        loss: tensor([1]).squeeze(0),
        fault: { flag: tensor([1]).squeeze(0).gt(0), error: () => new Error('no positive') },
        statistics: () => ({
          sums: tensor([1, 2]),
          read: ([sum = 0, mass = 0]: readonly number[]) => ({ targetEntropy: sum, positiveMass: mass }),
        }),
      };
      const { loss, fault, statistics } = joinedValues(world, own, own.statistics());
      expect([loss.item(), fault!.flag.item()]).toEqual([2, 0.5]);
      expect(statistics!.sums!.toNumbers()).toEqual([11, 22]);
      const without = joinedValues(
        { ...world, mean: (values) => values.add(other.narrow(0, 0, 1)).div(2) },
        { loss: own.loss, statistics: own.statistics },
        null,
      );
      expect([without.loss.item(), without.fault, without.statistics]).toEqual([2, null, null]);
    }));
});
