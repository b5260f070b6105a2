// What can be added to the losses (prototypes, soft targets, a memory, a teacher) through the trainer: what is learned, resumed, recorded and refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoped } from '@xclr/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/index.js';
import { evaluateRun } from '../../src/evaluate/evaluate-run.js';
import { readMetrics } from '../../src/train/metrics-log.js';
import { drawAnchors } from '../../src/train/objectives/anchors/draw.js';
import { wordAnchors } from '../../src/train/objectives/anchors/words.js';
import { createObjective } from '../../src/train/objectives/index.js';
import { checkAnchorMemory } from '../../src/train/objectives/prototypes.js';
import { runTraining } from '../../src/train/session.js';
import { Random } from '../../src/util/random.js';
import { prototypes, variants, wordnet } from './addition-variants.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const configOf = (name: keyof typeof variants, run: string, changes: object = {}) =>
  smallConfig(manifest, join(folder, run), { graph: wordnet, ...variants[name], ...changes });

describe.each(Object.keys(variants) as (keyof typeof variants)[])('%s', (name) => {
  // additions.slow.test.ts sees that they learn.
  it('trains, and resumes bit for bit', async () => {
    const steps = 6; // a memory of 40 rows is full after three
    const whole = await runTraining(configOf(name, `${name}-whole`, { steps }));
    for (const { loss, targetEntropy } of readMetrics(whole.run)) expect(loss).toBeGreaterThan(targetEntropy);
    const stop = new AbortController();
    const config = configOf(name, `${name}-stopped`, { steps });
    await runTraining(config, { stop: stop.signal, onStep: ({ step }) => void (step === 4 && stop.abort()) });
    const { run } = await runTraining({ ...config, resume: true });
    const weights = (of: typeof run) => readFileSync(of.file('checkpoints', 'last', 'model.safetensors'));
    expect(weights(run).equals(weights(whole.run))).toBe(true);
  });
});

describe('prototypes that are a map of captions’ vectors to z', () => {
  it('encode texts: zero-shot and text to image without a map that is fitted', async () => {
    const apart = { gallery: { split: 'train' }, queries: { split: 'validation' } };
    const tasks = [{ metric: 'text-retrieval', name: 'held', samples: apart.queries, fit: apart.gallery }];
    const loss = { prototypes: { weight: 0.9, temperature: 0, anchors: 'text', input: 'projected' } };
    const config = configOf('text', 'text-maps', { steps: 40, loss, evaluation: { tasks } });
    const { run } = await runTraining(config);
    const { projected, features } = await evaluateRun(run, { checkpoint: 'last' });
    expect(projected.t2p_r1_held!.definition).toContain("Texts by the run's map from wordnet");
    expect(features.t2p_r1_held!.definition).toContain('ridge');
    // Eight images, one of each kind, of the colors that were trained on: one in eight by chance.
    expect(projected.t2p_r1_held!.value).toBeGreaterThan(0.2);
  });
});

describe('the record', () => {
  const descriptionOf = async (changes: Record<string, unknown>) => {
    const config = smallConfig(manifest, join(folder, 'unused'), changes);
    const dataset = await openDataset(manifest);
    using objective = await createObjective({
      config,
      dataset,
      training: Int32Array.from(dataset.samples.keys()).filter((i) => dataset.samples[i]!.split === 'train'),
      validation: new Int32Array(),
      device: 'cpu',
      onNotice: () => undefined,
      runFolder: folder,
    });
    return `${objective.description}\n${objective.notes.join('\n')}\nchance ${objective.chanceLoss(8)}`;
  };

  it('says which anchors there are, and what a guess costs', async () => {
    const graph = { ...wordnet };
    const free = await descriptionOf({ graph, loss: prototypes({ temperature: 0.1 }) });
    expect(free).toContain('prototypes of 8 captions (free, τ_a 0.1), λ 0.5');
    expect(free).toContain(`chance ${0.5 * Math.log(15) + 0.5 * Math.log(8)}`);
    expect(await descriptionOf({ graph, loss: prototypes({ sampled: 5 }) })).toContain(
      '(free, 5 drawn a step)',
    );
    expect(await descriptionOf({ graph, loss: prototypes({ anchors: 'words' }) })).toContain(
      'prototypes of 8 words of the captions (words)', // not "a", which every caption has
    );
    const labels = { method: 'supcon', graph: { kind: 'labels' }, loss: prototypes({}) };
    expect(await descriptionOf(labels)).toContain('prototypes of 8 labels (free), λ 0.5');
    const soft = {
      method: 'clip',
      loss: { softTargets: 0.3 },
      graph,
      textTower: { width: 32, heads: 2, layers: 1 },
    };
    expect(await descriptionOf(soft)).toMatch(/soft targets by caption similarity by .*wordnet.*, β 0\.3/);
    const rows = await descriptionOf({ graph: { ...wordnet, temperature: 'perplexity=5' } });
    expect(rows).toContain('a τ_s for each row: 5 effective positives');
  });

  it('refuses anchors for which the data have nothing', async () => {
    const text = { graph: { kind: 'random' }, loss: prototypes({ anchors: 'text' }) };
    await expect(descriptionOf(text)).rejects.toThrow(
      /text needs the vectors of captions, and graph.kind is random/,
    );
  });
});

describe('settings', () => {
  it.each([
    [{ loss: { prototypes: { weight: 1.5 } } }, /loss\.prototypes\.weight.*1/],
    [{ loss: { prototypes: { weight: -0.1 } } }, /loss\.prototypes\.weight.*0/],
    [{ loss: { softTargets: 2 }, method: 'clip-frozen' }, /loss\.softTargets/],
    [
      { method: 'simclr', graph: { kind: 'identity' }, loss: prototypes({}) },
      /xclr and supcon, got method simclr/,
    ],
    [
      { method: 'supcon', graph: { kind: 'labels' }, loss: prototypes({ temperature: 0.1 }) },
      /must be 0 for method supcon, whose labels have no similarities/,
    ],
    [
      { method: 'supcon', graph: { kind: 'labels' }, loss: prototypes({ anchors: 'words' }) },
      /must be free for method supcon/,
    ],
    [
      { loss: { memory: 64, targetSmoothing: 0.1 } },
      /loss\.memory cannot be had together with loss\.targetSmoothing/,
    ],
    [{ loss: { memory: 100_000 } }, /loss\.memory/],
    [{ loss: { targetSmoothing: 1.5 } }, /loss\.targetSmoothing/],
    [
      { method: 'clip-frozen', loss: { teacher: { weight: 0.5 } } },
      /is for the methods xclr, supcon and simclr, got method clip-frozen/,
    ],
    [{ loss: { softTargets: 0.5 } }, /clip and clip-frozen, got method xclr/],
    [
      { method: 'clip', graph: { kind: 'identity' }, loss: { softTargets: 0.5 } },
      /must say how similar captions are for loss\.softTargets 0\.5, such as text, got identity/,
    ],
    [
      { graph: { ...wordnet, temperature: 'perplexity=16' } },
      /more than the 15 other views that a view has in a batch of 8 images/,
    ],
    [{ graph: { ...wordnet, temperature: 'perplexity=1' } }, /perplexity must be above 1, got 1/],
    [{ graph: { ...wordnet, temperature: 'perplexity=few' } }, /must be a number, auto or perplexity=K/],
    [
      {
        method: 'clip-frozen',
        graph: { ...wordnet, temperature: 'perplexity=9' },
        loss: { softTargets: 0.5 },
      },
      /more than the 8 captions in a batch of 8 images/,
    ],
  ])('that do not go together are refused: %j', (changes, message) => {
    expect(() => smallConfig(manifest, 'unused', { graph: wordnet, ...changes })).toThrow(message);
  });

  it('of CLIP with soft targets take the graph of captions where none is named', () => {
    const config = smallConfig(manifest, 'unused', {
      method: 'clip',
      graph: { encoder: 'wordnet' },
      loss: { softTargets: 0.2 },
    });
    expect(config.graph.kind).toBe('text');
  });

  it('β is refused where all images have one caption', async () => {
    const data = { path: manifest, only: { label: 'cat' } };
    const config = smallConfig(manifest, join(folder, 'one'), {
      ...variants['soft CLIP'],
      data,
      batchSize: 4,
    });
    await expect(runTraining(config)).rejects.toThrow(/all 4 training images have one and the same caption/);
  });
});

describe('anchors', () => {
  it('are drawn with all that a batch needs, the others with equal chances', () => {
    const seen = new Map<number, number>();
    for (let step = 0; step < 4000; step++) {
      const { anchors, logExpected, columnOf } = drawAnchors([7, 3, 7], 12, 6, new Random(1, step));
      expect(anchors).toHaveLength(6);
      expect([...anchors]).toEqual([...anchors].sort((a, b) => a - b));
      for (const own of [3, 7]) expect(logExpected[columnOf.get(own)!]).toBe(0);
      for (const [column, anchor] of anchors.entries()) {
        seen.set(anchor, (seen.get(anchor) ?? 0) + 1);
        if (anchor !== 3 && anchor !== 7) expect(logExpected[column]).toBeCloseTo(Math.log(4 / 10), 6);
      }
    }
    for (const [anchor, count] of seen) {
      // 4,000 draws at 0.4: five standard deviations are 155.
      if (anchor !== 3 && anchor !== 7) expect(Math.abs(count - 1600)).toBeLessThan(155);
    }
    expect(drawAnchors([0, 1, 2, 3], 9, 2, new Random(1)).anchors).toHaveLength(4); // never fewer than needed
  });

  it('of words weigh rare ones more, sum to 1, and leave out what all or only one have', () => {
    const captions = ['a red dog', 'a red cat', 'a dog and a cat', 'a zebra'];
    const samples = captions.map((caption) => ({ captions: [caption] }));
    const training = Int32Array.of(0, 1, 2, 3);
    const set = wordAnchors(samples, training, 'cpu');
    expect(set.description).toBe('3 words of the captions'); // cat, dog, red
    expect(set.notes[0]).toMatch(/^1 training images have no word/);
    scoped(() => {
      const targets = set.targets(set.ownOf(training, 0), null, training).toNumbers(); // (4, 3)
      [0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0, 0, 0, 0].forEach((value, i) => {
        expect(targets[i]!).toBeCloseTo(value, 6);
      });
    });
    const alone = [{ captions: ['x y'] }, { captions: ['z'] }];
    expect(() => wordAnchors(alone, Int32Array.of(0, 1), 'cpu')).toThrow(
      /at least 2 words.*got 0 of 3 words/,
    );
  });

  it('that memory does not allow are refused with their size, or warned of', () => {
    const need = { anchors: 1_000_000, free: 2048, fixed: 384, optimizer: 'adamw' } as const;
    const limit = { available: 8 * 2 ** 30, source: 'made up' };
    const notices: string[] = [];
    const options = { device: 'cpu', onNotice: (message: string) => void notices.push(message) };
    expect(() => checkAnchorMemory(need, limit, { ...options, onMemoryShortage: 'stop' })).toThrow(
      /1,000,000 anchors would take 31\.9 GiB on cpu .*, and there are 8\.0 GiB \(made up\).*anchors words, or text/s,
    );
    checkAnchorMemory(need, limit, { ...options, onMemoryShortage: 'warn' });
    expect(notices).toHaveLength(1);
    checkAnchorMemory({ ...need, anchors: 1000 }, limit, { ...options, onMemoryShortage: 'stop' });
    expect(notices).toHaveLength(1);
  });
});
