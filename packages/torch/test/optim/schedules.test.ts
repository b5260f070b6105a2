// Schedules against PyTorch's, which go step by step where ours are closed forms.
import { describe, expect, it } from 'vitest';
import { optim } from '../../src/index.js';
import { golden } from '../goldens/pattern.js';
import { expectClose } from '../support.js';

const { cases } = golden<{ cases: Record<string, number[]> }>('schedules');
const first = (schedule: optim.Schedule, steps: number) =>
  Array.from({ length: steps }, (_, at) => schedule(at));
const RELATIVE = 1e-13; // PyTorch multiplies some forty factors, one rounding each

describe('schedules', () => {
  it('warm-up is LinearLR', () => {
    const schedule = optim.warmupCosine({ warmupSteps: 10, totalSteps: 1e9, startFactor: 0.1 });
    expectClose(first(schedule, 11), cases.linear!.slice(0, 11), { relative: RELATIVE });
  });

  it('cosine is CosineAnnealingLR, also behind a warm-up, and stays at its end', () => {
    const plain = optim.warmupCosine({ totalSteps: 30, endFactor: 0.02 });
    expectClose(first(plain, 31), cases.cosine!, { relative: RELATIVE });
    const behind = optim.warmupCosine({ warmupSteps: 7, totalSteps: 37, endFactor: 0.02 });
    expectClose(first(behind, 38).slice(7), cases.cosine!, { relative: RELATIVE });
    expect(plain(1000)).toBe(0.02);
  });

  it('the first warm-up step is not lost', () => {
    expect(first(optim.warmupCosine({ warmupSteps: 4, totalSteps: 8 }), 5)).toEqual([
      0.25, 0.4375, 0.625, 0.8125, 1,
    ]);
    expect(optim.warmupCosine({ warmupSteps: 4, totalSteps: 8, startFactor: 0 })(0)).toBe(0);
  });

  it('every schedule warms up alike, and peaks at the step after the warm-up', () => {
    const warmupSteps = 4;
    const cosine = first(optim.warmupCosine({ warmupSteps, totalSteps: 12 }), 5);
    const constant = first(optim.warmup(optim.constant(), { warmupSteps }), 5);
    const steps = first(optim.warmup(optim.multiStep({ milestones: [8] }), { warmupSteps }), 5);
    expect(constant).toEqual(cosine);
    expect(steps).toEqual(cosine);
    expect(cosine.indexOf(1)).toBe(warmupSteps);
    expect(first(optim.warmup(optim.constant(), { warmupSteps: 0 }), 2)).toEqual([1, 1]);
  });

  it('step is StepLR, multiStep is MultiStepLR, constant is 1', () => {
    expectClose(first(optim.step({ every: 7, gamma: 0.3 }), 40), cases.step!, { relative: RELATIVE });
    expectClose(first(optim.multiStep({ milestones: [5, 6, 20] }), 40), cases.multiStep!, {
      relative: RELATIVE,
    });
    expect(first(optim.constant(), 40)).toEqual(cases.constant);
  });

  it('settings that make no schedule are named', () => {
    expect(() => optim.warmupCosine({ warmupSteps: 9, totalSteps: 8 })).toThrow('got 9 and 8');
    expect(() => optim.warmupCosine({ totalSteps: 0 })).toThrow('totalSteps > 0');
    expect(() => optim.step({ every: 0 })).toThrow('step: every must be at least 1 step, got 0');
  });
});
