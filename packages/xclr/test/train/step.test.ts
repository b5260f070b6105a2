// One step: views of a sample that comes again, CLIP's temperature at its limit, the targets made once.
import { join } from 'node:path';
import { type nn, noGrad, scoped, Tensor } from '@xclr/torch';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { measureBatch } from '../../src/train/measured-step.js';
import { createObjective, type Learner } from '../../src/train/objectives/index.js';
import { createOptimizer } from '../../src/train/optimize.js';
import { trainStep } from '../../src/train/step.js';
import { viewRecipe } from '../../src/train/view-recipe.js';
import { fourImages as batch, putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const b = batch.indices.length;

async function withLearner<T>(
  changes: Record<string, unknown>,
  use: (learner: Learner, setup: Omit<Parameters<typeof trainStep>[0], 'learner' | 'optimizer'>) => T,
): Promise<T> {
  const config = smallConfig(manifest, join(folder, 'unused'), changes);
  using objective = await createObjective({
    config,
    dataset: await openDataset(manifest),
    training: Int32Array.from({ length: 40 }, (_, i) => i),
    validation: new Int32Array(),
    device: 'cpu',
    onNotice: () => undefined,
    runFolder: folder,
  });
  const learner = objective.createLearner();
  using _model = learner.model.train();
  return use(learner, { config, device: 'cpu', recipe: viewRecipe(config.views), views: objective.views });
}

it('a sample that comes again in an epoch gets views of its own, the others the same as ever', () =>
  withLearner({}, (learner, setup) => {
    const viewsOf = (occurrences?: Int32Array): number[][] => {
      let views: number[][] = [];
      const seeing: Learner = {
        model: learner.model,
        embed({ sizes }) {
          views = sizes[0]!
            .flatten({ startDim: 1 })
            .unbind()
            .map((one) => one.toNumbers());
          return [];
        },
        compare: () => undefined as never,
      };
      const placed = { ...batch, ...(occurrences && { occurrences }) };
      scoped(() => void measureBatch({ ...setup, learner: seeing }, placed, 0));
      return views; // view-major: 2b of them
    };
    const first = viewsOf();
    expect(viewsOf(new Int32Array(b))).toEqual(first);
    const again = viewsOf(Int32Array.of(0, 1, 0, 2));
    for (const [row, views] of again.entries()) {
      if (row % b === 0 || row % b === 2) expect(views).toEqual(first[row]);
      else expect(views).not.toEqual(first[row]);
    }
    expect(viewsOf(Int32Array.of(0, 2, 0, 2))[1]).not.toEqual(again[1]); // each time others
    expect(viewsOf(Int32Array.of(0, 1, 0, 2))).toEqual(again);
  }));

describe('CLIP’s temperature', () => {
  it('is clamped after the step, and comes back from its limit', () =>
    withLearner({ method: 'clip-frozen', optimizer: { name: 'adamw', lr: 0.01 } }, (learner, setup) => {
      const scale = [...learner.model.namedParameters()].find(
        ([name]) => name === 'logit_scale',
      )![1] as nn.Parameter;
      using optimizer = createOptimizer(learner.model, setup.config);
      const most = Math.log(100);
      noGrad(() => scoped(() => void scale.fill_(most + 3)));
      const after = (): number => {
        trainStep({ ...setup, learner, optimizer }, batch);
        return scale.toNumbers()[0]!;
      };
      // A random network at such a scale is wrong and sure of it: the gradient asks for a smaller one.
      expect(after()).toBeCloseTo(most, 5);
      expect(after()).toBeLessThan(most - 0.005); // a step of AdamW's is about lr long
    }));
});

it('makes the targets’ softmax once, also in a logged step', () =>
  withLearner({}, (learner, setup) => {
    using optimizer = createOptimizer(learner.model, setup.config);
    const softmax = vi.spyOn(Tensor.prototype, 'softmax');
    const logSoftmax = vi.spyOn(Tensor.prototype, 'logSoftmax');
    const { statistics } = trainStep({ ...setup, learner, optimizer }, batch, { statistics: true });
    expect(statistics!.positiveMass).toBeGreaterThan(0);
    expect(softmax).toHaveBeenCalledTimes(1); // the targets
    expect(logSoftmax).toHaveBeenCalledTimes(1); // the cosines of z
    softmax.mockRestore();
    logSoftmax.mockRestore();
  }));
