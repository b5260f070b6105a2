// What a GPU's training does otherwise than a CPU's, on the CPU: views made ahead, steps queued and read later, scaled losses.
import { join } from 'node:path';
import { buildInfo, keep, liveTensors, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ImageStore, Loader, openDataset } from '../../src/data/index.js';
import { Batches } from '../../src/train/batches.js';
import { LossScale } from '../../src/train/loss-scale.js';
import { createObjective, type Learner } from '../../src/train/objectives/index.js';
import { createOptimizer } from '../../src/train/optimize.js';
import { Results } from '../../src/train/results.js';
import { queueStep, type StepSetup, trainStep } from '../../src/train/step.js';
import { StepGuard } from '../../src/train/step-guard.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { ViewsAhead } from '../../src/train/views-ahead.js';
import { fourImages, putDataset, smallConfig, temporaryFolder } from './make.js';

const begun = vi.hoisted(() => ({ count: 0 }));
vi.mock('@xclr/torch', async (original) => {
  const torch = await original<typeof import('@xclr/torch')>();
  const imageViewsLater: typeof torch.imageViewsLater = (...given) => {
    begun.count++;
    return torch.imageViewsLater(...given);
  };
  return { ...torch, imageViewsLater };
});

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const training = Int32Array.from({ length: 40 }, (_, i) => i);
const lars = { optimizer: { name: 'lars', lr: 0.1 } };

/** Calls `use` with what a step needs, and frees it. */
async function withSetup<T>(
  changes: Record<string, unknown>,
  use: (setup: StepSetup) => Promise<T> | T,
): Promise<T> {
  const config = smallConfig(manifest, join(folder, 'unused'), changes);
  using objective = await createObjective({
    config,
    dataset: await openDataset(manifest),
    training,
    validation: new Int32Array(),
    device: 'cpu',
    onNotice: () => undefined,
    runFolder: folder,
  });
  const learner = objective.createLearner();
  using model = learner.model.train();
  using optimizer = createOptimizer(model, config);
  const { views } = objective;
  return await use({ config, device: 'cpu', recipe: viewRecipe(config.views), views, learner, optimizer });
}

const weightsOf = ({ model }: Learner): number[][] => model.parameters().map((one) => one.toNumbers());

/** Copies weights into a learner, so that two begin alike. */
function give(learner: Learner, weights: readonly number[][]): void {
  noGrad(() =>
    scoped(() => {
      learner.model.parameters().forEach((one, i) => {
        one.copy_(tensor(weights[i]!, { shape: one.shape }));
      });
    }),
  );
}

describe('views made ahead', () => {
  const batchesOf = async (recipe: string, ahead: boolean) => {
    const config = smallConfig(manifest, join(folder, 'unused'), { views: { size: 32, recipe } });
    const dataset = await openDataset(manifest);
    await using store = new ImageStore(dataset, { size: { shorter: 40 }, cacheBytes: 0 });
    const loader = new Loader(store, { indices: training, batchSize: 8, seed: 3, dropLast: true });
    const options = { config, device: 'cpu', recipe: viewRecipe(config.views), views: 2, ahead };
    await using batches = new ViewsAhead(new Batches(loader), options);
    const seen: { batch: number; indices: number[]; state: object; sizes: number[][] | undefined }[] = [];
    for (let step = 0; step < 6; step++) {
      const { position, indices, sizes } = await batches.next({ more: true });
      const numbers = sizes?.map((one) => one.toNumbers());
      for (const one of sizes ?? []) one.dispose();
      const state = batches.stateDict();
      seen.push({ batch: position.batch, indices: [...indices], state, sizes: numbers });
    }
    return seen;
  };

  it('leave the order and the place in it as they are', async () => {
    const strip = (seen: Awaited<ReturnType<typeof batchesOf>>) =>
      seen.map(({ batch, indices, state }) => ({ batch, indices, state }));
    expect(strip(await batchesOf('light', true))).toEqual(strip(await batchesOf('light', false)));
  });

  it('are begun before the step of the batch before', async () => {
    begun.count = 0;
    const config = smallConfig(manifest, join(folder, 'unused'), { views: { size: 32, recipe: 'light' } });
    const size = { shorter: 40 };
    await using store = new ImageStore(await openDataset(manifest), { size, cacheBytes: 2 ** 24 });
    await store.fetch(training); // decoded already, as in all epochs but the first
    const loader = new Loader(store, { indices: training, batchSize: 8, seed: 3, dropLast: true });
    const options = { config, device: 'cpu', recipe: viewRecipe(config.views), views: 2, ahead: true };
    await using batches = new ViewsAhead(new Batches(loader), options);
    const seen: number[] = [];
    for (let step = 1; step <= 4; step++) {
      const { sizes } = await batches.next({ more: step < 4 });
      seen.push(begun.count);
      for (const one of sizes ?? []) one.dispose();
    }
    expect(seen).toEqual([2, 3, 4, 4]);
  });

  it.each(['simclr', 'multicrop', 'randaugment'])(
    'are those of a step, and are freed: %s',
    async (recipe) => {
      const before = liveTensors();
      const made = await batchesOf(recipe, true);
      expect(liveTensors()).toBe(before); // the batch that was made ahead too
      expect(made[0]!.sizes).toHaveLength(recipe === 'multicrop' ? 2 : 1);
      await withSetup({ views: { size: 32, recipe } }, async (setup) => {
        const dataset = await openDataset(manifest);
        await using store = new ImageStore(dataset, { size: { shorter: 40 }, cacheBytes: 0 });
        const images = await store.fetch(Int32Array.from(made[0]!.indices));
        const seeing: Learner = {
          model: setup.learner.model,
          embed({ sizes }) {
            expect(sizes.map((one) => one.toNumbers())).toEqual(made[0]!.sizes);
            throw new Error('seen');
          },
          compare: setup.learner.compare,
        };
        expect(() => trainStep({ ...setup, learner: seeing }, { ...images, position: { epoch: 0 } })).toThrow(
          'seen',
        );
      });
    },
  );
});

describe('queued steps', () => {
  // Each step begins at the same weights on both sides: the roundings of one must not reach a ReLU of the next, which may
  // turn at a difference of one bit and change the gradient by a hundredth.
  it('come to the same weights and numbers as steps that are read at once', async () => {
    await withSetup({ ...lars, clipGradNorm: 0.5 }, async (setup) => {
      const weights = [weightsOf(setup.learner)];
      const now = [1, 2, 3].map(() => {
        const result = trainStep(setup, fourImages, { statistics: true });
        weights.push(weightsOf(setup.learner));
        return result;
      });
      await withSetup({ ...lars, clipGradNorm: 0.5 }, (other) => {
        using guard = new StepGuard('cpu');
        using results = new Results({ ahead: 1 });
        const read = [1, 2, 3].flatMap((step) => {
          give(other.learner, weights[step - 1]!);
          const queued = queueStep({ ...other, guard }, fourImages, { statistics: true });
          weightsOf(other.learner).forEach((weight, i) => {
            weight.forEach((value, j) => {
              expect(value).toBeCloseTo(weights[step]![i]![j]!, 6);
            });
          });
          return results.take({ step, lr: 0.1, images: 4 }, queued);
        });
        expect(read.map(({ step }) => step)).toEqual([1, 2]); // one behind
        const all = [...read, ...results.rest()];
        // float32: the factor of clipping and the masks are rounded on the device instead of in float64 here.
        all.forEach(({ loss, gradNorm, statistics }, i) => {
          expect(loss).toBeCloseTo(now[i]!.loss, 5);
          expect(gradNorm / now[i]!.gradNorm).toBeCloseTo(1, 5);
          expect(statistics).toEqual(now[i]!.statistics);
        });
      });
    });
  });

  it.each(['loss', 'gradient'])('that have a broken %s change nothing, nor do the next', async (what) => {
    await withSetup(lars, (setup) => {
      const { learner } = setup;
      using guard = new StepGuard('cpu');
      let broken = false;
      const breaking: Learner = {
        model: learner.model,
        embed: (views) => learner.embed(views),
        compare(...embedded) {
          const measured = learner.compare(...embedded);
          if (!broken) return measured;
          const [weight] = learner.model.parameters();
          // √x at 0 has an infinite slope, and 0 times it is NaN; the loss itself stays what it is.
          const zero = weight!.sub(weight!.detach()).square().sum().sqrt();
          return {
            ...measured,
            loss: what === 'loss' ? measured.loss.mul(Number.NaN) : measured.loss.add(zero),
          };
        },
      };
      const own = { ...setup, learner: breaking, guard };
      queueStep(own, fourImages).read();
      const before = weightsOf(learner);
      broken = true;
      const bad = queueStep(own, fourImages);
      broken = false;
      using next = queueStep(own, fourImages);
      expect(() => bad.read()).toThrow(/became NaN; stopped before the weights were changed/);
      expect(weightsOf(learner)).toEqual(before);
      expect(next).toBeDefined();
    });
  });

  it('say so where the graph has a row without any positive', async () => {
    await withSetup(lars, (setup) => {
      const { learner } = setup;
      using guard = new StepGuard('cpu');
      const faulty: Learner = {
        model: learner.model,
        embed: (views) => learner.embed(views),
        compare(...embedded) {
          const measured = learner.compare(...embedded);
          return { ...measured, fault: { flag: tensor([1]).squeeze(0), error: measured.fault!.error } };
        },
      };
      const step = queueStep({ ...setup, learner: faulty, guard }, fourImages);
      expect(() => step.read()).toThrow(/a row without any positive/);
    });
  });
});

const version = buildInfo().builtFor.split('.').map(Number);
const scales = version[0]! > 2 || (version[0] === 2 && version[1]! >= 3); // on the CPU; on CUDA from 1.6 on

describe.skipIf(!scales)('the scaled loss', () => {
  const gradientTo = (parameter: Tensor, values: number[]) => {
    using grad = tensor(values);
    parameter.setGrad(grad);
  };

  it('halves its scale and leaves the step out where a gradient overflows, and is kept in checkpoints', () => {
    using weight = keep(tensor([1, 2]).requiresGrad_());
    using scale = new LossScale('cpu');
    const parameters = [weight] as unknown as Parameters<LossScale['unscale']>[0];
    gradientTo(weight, [65_536, 131_072]);
    using fine = scale.unscale(parameters);
    expect([fine.item(), ...scoped(() => weight.grad!.toNumbers())]).toEqual([0, 1, 2]);
    gradientTo(weight, [Number.POSITIVE_INFINITY, 1]);
    using overflow = scale.unscale(parameters);
    expect(overflow.item()).toBe(1);
    const state = scale.stateDict();
    expect(state).toEqual({ scale: 32_768, steady: 0 });
    using other = new LossScale('cpu');
    other.loadStateDict({ scale: 8, steady: 1999 });
    gradientTo(weight, [8, 8]);
    using third = other.unscale(parameters);
    expect([third.item(), other.stateDict()]).toEqual([0, { scale: 16, steady: 0 }]);
  });
});
