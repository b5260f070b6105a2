// Labels smoothed along a tree: targets and loss by hand, a run that is trained so, and settings that do not fit.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { treeSmoothedLabels } from '../../src/graph/taxonomy/heights.js';
import { taxonomyOf } from '../../src/graph/taxonomy/tree.js';
import { softLabelLoss, supervisedLoss } from '../../src/losses/index.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { runTraining } from '../../src/train/session.js';
import { put } from '../data/make.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const tree = taxonomyOf([
  ['thing', null],
  ['dog', 'thing'],
  ['husky', 'dog'],
  ['poodle', 'dog'],
  ['truck', 'thing'],
]);
const nodes = Int32Array.from(['husky', 'poodle', 'truck'], (name) => tree.placeOf.get(name)!);

describe('labels smoothed along a tree', () => {
  it('give a close relative more than a far one', () => {
    // Heights of the common ancestors: 0, 1 and 2 of 2.
    const [near, far] = [Math.exp(-2), Math.exp(-4)];
    const found = treeSmoothedLabels(tree, nodes, 4);
    const expected = [1, near, far].map((one) => one / (1 + near + far));
    for (const [i, one] of expected.entries()) expect(found[i]).toBeCloseTo(one, 12);
    expect(found[8]).toBeCloseTo(1 / (1 + 2 * far), 12);
  });

  it('give the cross-entropy with these targets; one-hot ones give the supervised loss', () => {
    scoped(() => {
      const scores = [
        [0.3, -1.2, 0.5],
        [2, 0.1, -0.4],
      ];
      const targets = [
        [0.7, 0.2, 0.1],
        [0.1, 0.1, 0.8],
      ];
      let expected = 0;
      for (const [i, row] of scores.entries()) {
        const log = Math.log(row.reduce((sum, one) => sum + Math.exp(one), 0));
        for (const [j, one] of row.entries()) expected -= (targets[i]![j]! * (one - log)) / 2;
      }
      const logits = tensor(scores, { dtype: 'float64' });
      expect(softLabelLoss(logits, tensor(targets, { dtype: 'float64' })).item()).toBeCloseTo(expected, 12);
      const oneHot = tensor(
        [
          [0, 1, 0],
          [0, 0, 1],
        ],
        { dtype: 'float64' },
      );
      const classes = tensor(Int32Array.from([1, 2])).to({ dtype: 'int64' });
      expect(softLabelLoss(logits, oneHot).item()).toBeCloseTo(supervisedLoss(logits, classes).item(), 12);
      expect(() => softLabelLoss(logits, tensor([[1, 0, 0]]))).toThrow(/expected targets \(2, 3\) to match/);
    });
  });

  it('are trained with, and say how much of the target is the right class', async () => {
    const folder = temporaryFolder();
    const manifest = await putDataset(join(folder, 'data'));
    const labels = [
      ...new Set(
        readFileSync(manifest, 'utf8')
          .trim()
          .split('\n')
          .slice(1)
          .map((row) => row.split(',')[2]!),
      ),
    ];
    const path = put(
      join(folder, 'tree.csv'),
      `child,parent\nall,\n${labels.map((one) => `${one},all\n`).join('')}`,
    );
    const loss = { labelTree: path, labelTreeSharpness: 5 };
    const { run } = await runTraining(
      smallConfig(manifest, join(folder, 'tree'), {
        method: 'supervised',
        graph: { kind: 'labels' },
        steps: 2,
        logEvery: 1,
        loss,
      }),
    );
    const [first] = readMetrics(run);
    const own = 1 / (1 + (labels.length - 1) * Math.exp(-5));
    expect(first!.positiveMass).toBeCloseTo(own, 5); // float32 in the log
  });

  it('belong to the method supervised, and are one way of smoothing', () => {
    const resolve = (settings: object) => () =>
      resolveTrainConfig({ base: { data: { path: 'x' }, ...settings } });
    expect(resolve({ method: 'supcon', loss: { labelTree: 't.txt' } })).toThrow(
      /loss\.labelTree.* is for the method supervised, got method supcon/,
    );
    expect(resolve({ method: 'supervised', loss: { labelTree: 't.txt', labelSmoothing: 0.1 } })).toThrow(
      /contradicts loss\.labelSmoothing/,
    );
  });
});
