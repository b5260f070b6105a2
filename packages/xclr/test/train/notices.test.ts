// What a run tells unasked, and that it does not cry wolf.
import { describe, expect, it } from 'vitest';
import { LearningWatch } from '../../src/train/learning-watch.js';
import { Stopwatch } from '../../src/train/stopwatch.js';
import { TimeEstimate } from '../../src/train/time-estimate.js';

const chanceLoss = Math.log(31);
const targetEntropy = 1;

/** What the watch says over a run whose loss is a function of the step. */
function said(options: { totalSteps: number; warmupSteps: number }, lossAt: (step: number) => number) {
  const watch = new LearningWatch(options);
  return Array.from({ length: options.totalSteps }, (_, i) =>
    watch.see({ step: i + 1, loss: lossAt(i + 1), chanceLoss, targetEntropy }),
  ).flatMap((notice, i) => (notice === null ? [] : [{ step: i + 1, notice }]));
}

describe('LearningWatch', () => {
  it('says once, a third after the warm-up, that nothing is learned', () => {
    const found = said({ totalSteps: 1000, warmupSteps: 100 }, () => chanceLoss);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ step: 400, notice: expect.stringContaining('random guess') });
  });

  it('is silent in short runs and where the loss only falls after the warm-up', () => {
    expect(said({ totalSteps: 149, warmupSteps: 0 }, () => chanceLoss)).toEqual([]);
    expect(said({ totalSteps: 200, warmupSteps: 120 }, () => chanceLoss)).toEqual([]);
    const late = (step: number) => (step < 300 ? chanceLoss : chanceLoss - 0.3);
    expect(said({ totalSteps: 1000, warmupSteps: 300 }, late)).toEqual([]);
  });

  it('looks at a mean, not at one step', () => {
    const noisy = (step: number) => (step === 400 ? chanceLoss + 0.2 : chanceLoss - 0.3);
    expect(said({ totalSteps: 1000, warmupSteps: 100 }, noisy)).toEqual([]);
  });
});

describe('Stopwatch.dataFraction', () => {
  const lap = { waitSeconds: 10, indices: new Int32Array(8) };

  function afterLaps(count: number, firstPass: number): number {
    const stopwatch = new Stopwatch({ viewsEach: 2, firstPass });
    for (let i = 0; i < count; i++) {
      stopwatch.start();
      stopwatch.lap(lap);
    }
    return stopwatch.dataFraction;
  }

  it('leaves out the first decoding of images that stay in memory', () => {
    expect(afterLaps(30, 30)).toBe(0);
    expect(afterLaps(60, 30)).toBeGreaterThan(0);
    const stopwatch = new Stopwatch({ viewsEach: 2, firstPass: 1 });
    const inFirstPass = [1, 2].map(() => {
      stopwatch.lap(lap);
      return stopwatch.inFirstPass;
    });
    expect(inFirstPass).toEqual([true, false]);
  });

  it('does not decide after a few steps', () => {
    expect(afterLaps(10, 0)).toBe(0);
    expect(afterLaps(30, 0)).toBeGreaterThan(0);
  });
});

describe('TimeEstimate', () => {
  /** What is told in a run whose images are decoded in its first steps, which take three times as long. */
  function told({
    totalSteps,
    firstPass,
    scale = 1,
  }: {
    totalSteps: number;
    firstPass: number;
    scale?: number;
  }) {
    const estimate = new TimeEstimate();
    let sessionSeconds = 0;
    return Array.from({ length: totalSteps }, (_, i) => {
      const stepSeconds = scale * (i < firstPass ? 0.6 : 0.2);
      sessionSeconds += stepSeconds;
      const step = i + 1;
      const left = totalSteps - step;
      const said = estimate.see({ sessionSeconds, stepSeconds, left, inFirstPass: step <= firstPass });
      return { step, said };
    }).filter(({ said }) => said !== null);
  }

  it('is of steps that decode no images, and told once', () => {
    const found = told({ totalSteps: 1000, firstPass: 40 });
    expect(found).toHaveLength(1);
    expect(found[0]!.step).toBe(50);
    expect(found[0]!.said).toMatch(/^0\.20 s a step: the 950 steps left take about 3 min 10 s/);
    const [first] = told({ totalSteps: 1000, firstPass: 0 });
    expect(first!.step).toBe(12);
    expect(first!.said).toMatch(/^0\.20 s a step/);
  });

  it('waits a minute for the first pass, not longer', () => {
    const [found] = told({ totalSteps: 10_000, firstPass: 5_000, scale: 10 });
    expect(found!.step).toBe(19);
    expect(found!.said).toMatch(/^6\.0 s a step/);
  });

  it('is silent in short runs', () => {
    expect(told({ totalSteps: 30, firstPass: 0 })).toEqual([]);
  });
});
