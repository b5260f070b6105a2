// Learning-rate schedules: pure functions from the step (from 0) to a factor of the base rate.

export type Schedule = (step: number) => number;

/** Always 1. */
export function constant(): Schedule {
  return () => 1;
}

export interface WarmupCosineOptions {
  totalSteps: number;
  /** Steps of linear warm-up. Default 0. */
  warmupSteps?: number;
  /** Factor at step 0 of the warm-up. Default 1 / warmupSteps, so that the first step does something. */
  startFactor?: number;
  /** Factor at `totalSteps` and after. Default 0. */
  endFactor?: number;
}

/**
 * Linear warm-up before another schedule: from `startFactor` at step 0 up to 1 at step `warmupSteps`, where `after` takes over.
 * `after` is given steps from 0 of the whole run, and should be 1 at `warmupSteps`.
 */
export function warmup(
  after: Schedule,
  { warmupSteps, startFactor }: { warmupSteps: number; startFactor?: number | undefined },
): Schedule {
  const start = startFactor ?? 1 / Math.max(1, warmupSteps);
  return (step) => (step < warmupSteps ? start + (1 - start) * (step / warmupSteps) : after(step));
}

/** From `startFactor` up to 1 in a line over `warmupSteps`, then half a cosine down to `endFactor`. */
export function warmupCosine({
  totalSteps,
  warmupSteps = 0,
  startFactor,
  endFactor = 0,
}: WarmupCosineOptions): Schedule {
  if (!(totalSteps > 0) || !(warmupSteps >= 0) || warmupSteps > totalSteps) {
    throw new Error(
      `warmupCosine: expected 0 ≤ warmupSteps ≤ totalSteps and totalSteps > 0, got ${warmupSteps} and ${totalSteps}`,
    );
  }
  const cosine: Schedule = (step) => {
    if (step >= totalSteps) return endFactor;
    const progress = (step - warmupSteps) / (totalSteps - warmupSteps);
    return endFactor + (1 - endFactor) * 0.5 * (1 + Math.cos(Math.PI * progress));
  };
  return warmup(cosine, { warmupSteps, startFactor });
}

/** Multiplied by `gamma` after every `every` steps. */
export function step({ every, gamma = 0.1 }: { every: number; gamma?: number }): Schedule {
  if (!(every >= 1)) throw new Error(`step: every must be at least 1 step, got ${every}`);
  return (at) => gamma ** Math.floor(at / every);
}

/** Multiplied by `gamma` at each of the milestones. */
export function multiStep({
  milestones,
  gamma = 0.1,
}: {
  milestones: readonly number[];
  gamma?: number;
}): Schedule {
  return (at) => gamma ** milestones.filter((milestone) => at >= milestone).length;
}
