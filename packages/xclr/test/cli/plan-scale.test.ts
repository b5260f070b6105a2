// The formulas of plan-scale on values worked by hand, the constants against the files that they come from, and bad input.
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { type PlanScaleOptions, planScaleCommand, scaleRows } from '../../src/cli/plan-scale.js';
import { dataSets, inputRates, measuredEncoders } from '../../src/train/plan-scale/constants.js';
import { planScale, type ScaleFacts } from '../../src/train/plan-scale/formulas.js';
import { UserError } from '../../src/util/errors.js';

const facts: ScaleFacts = {
  images: 1000,
  epochs: 9,
  views: 2,
  batchSize: 10,
  gpus: 4,
  stepRate: 10,
  inputRate: 5,
  parameters: 1000,
  activationBytes: 100,
  normChannels: 7,
  outputs: 3,
  size: 8,
  captionDimensions: 6,
  imageBytes: 50,
};

describe('planScale', () => {
  it('gives what was worked out by hand', () => {
    expect(planScale(facts)).toEqual({
      steps: 225, // 9 · ⌊1000 / 40⌋
      hours: 0.25, // 1000 · 9 · 2 views by 4 · 5 a second: 900 s
      limit: 'images',
      viewsPerSecond: 20,
      packedBytesPerSecond: 2560, // 2.5 images of 4 · 16²
      shardBytesPerSecond: 125,
      captionStoreBytes: 12_000,
      memory: {
        weights: 12_000, // 4 · 1000 · 3
        activations: expect.closeTo(2200, 9), // 1.1 · 100 · 20
        loss: 64_000, // 40 · 20 · 80
        total: expect.closeTo(78_200, 9),
      },
      sent: { gradients: 4000, embeddings: 1200, norms: 112, total: 5312 }, // 4·1000; 4·20·3·5; 16·7
      sentPerSecond: 1328, // 5312 bytes in a step of 20 views at 5 a second
    });
  });

  it('is limited by the slower of step and images; one GPU sends nothing', () => {
    expect(planScale({ ...facts, stepRate: 4 })).toMatchObject({ limit: 'step', viewsPerSecond: 16 });
    const alone = planScale({ ...facts, gpus: 1 });
    expect(alone.sent).toEqual({ gradients: 0, embeddings: 0, norms: 0, total: 0 });
    expect(alone.sentPerSecond).toBe(0);
  });
});

const options: PlanScaleOptions = {
  ...{ gpus: '1,8,64', encoder: 'resnet50', size: 224, batchSize: 256, epochs: 100, views: 2 },
  ...{ cores: 16, imageKb: 100, dimensions: 384 },
};

describe('xclr plan-scale', () => {
  it('rests on the numbers that its sources hold', () => {
    const rows = (path: string) =>
      JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')) as {
        name: string;
        ours: number;
      }[];
    const steps = rows('docs/results/gpu/device-step.json');
    for (const { stepRate } of measuredEncoders) {
      const [, name] = /device-step\.json, ([\w-]+):/.exec(stepRate.source)!;
      expect(Math.abs(steps.find((row) => row.name === name)!.ours - stepRate.value)).toBeLessThan(1);
    }
    // Its benchmark is run anew now and then; a number that moved by a quarter is to be taken over.
    const input = rows('bench/results/input.json').find(({ name }) => name === 'two-views-224px-packed')!;
    expect(input.ours / inputRates[224]!.value).toBeCloseTo(1, 0.6);
  });

  it('has a row for each data set and number of GPUs, or for the images that are given', () => {
    const rows = scaleRows(options);
    expect(rows.map(({ data, gpus }) => `${data} ${gpus}`)).toEqual(
      Object.keys(dataSets).flatMap((data) => [`${data} 1`, `${data} 8`, `${data} 64`]),
    );
    // 1,281,167 · 100 · 2 views by 3,829 a second: 66,919 s
    expect(rows[0]!.plan.hours).toBeCloseTo(18.59, 2);
    expect(rows[0]!.plan.limit).toBe('step');
    expect(rows[2]!.plan.steps).toBe(7800); // 100 · ⌊1,281,167 / 16,384⌋
    expect(scaleRows({ ...options, images: '2,000,000', gpus: '2' })).toMatchObject([
      { images: 2_000_000, gpus: 2 },
    ]);
    expect(scaleRows({ ...options, images: 'cc3m', gpus: '1', stepRate: 1000 })[0]!.plan.viewsPerSecond).toBe(
      1000,
    );
  });

  it('prints the table with the sources of its numbers, or JSON', () => {
    const printed: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      planScaleCommand({ ...options, images: 'imagenet', gpus: '8' });
      planScaleCommand({ ...options, images: 'imagenet', gpus: '8', json: true });
    } finally {
      write.mockRestore();
    }
    expect(printed[0]).toMatch(/imagenet +8 +62,500 +2\.3 +step +30,632 /);
    expect(printed[0]).toContain('device-step.json, resnet50-224px-bfloat16-256');
    expect(printed[0]).toContain('Several GPUs were not measured');
    expect(JSON.parse(printed[1]!)).toMatchObject([{ data: 'imagenet', gpus: 8, plan: { steps: 62_500 } }]);
  });

  it.each([
    [{ images: 'laion' }, /--images must be a whole number above 0 or a data set, got laion/],
    [{ gpus: '1,x' }, /--gpus must be whole numbers above 0, got 1,x/],
    [{ encoder: 'resnet18' }, /no step was measured of resnet18 at 224 pixels\n.*resnet18 at 64/],
    [{ images: '1000' }, /8 GPUs with --batch-size 256 take 2048 images a step, and there are 1000/],
  ])('refuses %j', (more, message) => {
    expect(() => scaleRows({ ...options, ...more })).toThrow(message);
    expect(() => scaleRows({ ...options, ...more })).toThrow(UserError);
  });
});
