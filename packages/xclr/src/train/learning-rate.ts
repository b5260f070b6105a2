// The learning rate of each step: the schedule as the settings say, and the step at which it stands.
import { optim } from '@xclr/torch';
import type { TrainConfig } from './config.js';
import type { AnyOptimizer } from './optimize.js';
import type { Stateful } from './stateful.js';

export interface LearningRateState {
  /** Steps for which the rate was set. */
  readonly step: number;
}

/** Sets an optimizer's learning rate, step by step. */
export class LearningRate implements Stateful<LearningRateState> {
  /** Steps of linear warm-up. */
  readonly warmupSteps: number;
  readonly #optimizer: AnyOptimizer;
  readonly #peak: number;
  readonly #factor: optim.Schedule;
  #step = 0;

  constructor(
    optimizer: AnyOptimizer,
    { optimizer: { lr }, schedule }: TrainConfig,
    { totalSteps, stepsPerEpoch }: { readonly totalSteps: number; readonly stepsPerEpoch: number },
  ) {
    this.#optimizer = optimizer;
    this.#peak = lr;
    const wanted = schedule.warmupSteps ?? Math.round((schedule.warmupEpochs ?? 0) * stepsPerEpoch);
    this.warmupSteps = Math.min(totalSteps, wanted);
    this.#factor = factorOf(schedule, totalSteps, this.warmupSteps);
  }

  /** Sets the next step's rate in every group, and gives it back. */
  advance(): number {
    const lr = this.#peak * this.#factor(this.#step++);
    for (const group of this.#optimizer.groups) group.lr = lr;
    return lr;
  }

  stateDict(): LearningRateState {
    return { step: this.#step };
  }

  loadStateDict({ step }: LearningRateState): void {
    this.#step = step;
  }
}

/** Factor of the peak rate for each step, from 0. */
function factorOf(
  schedule: TrainConfig['schedule'],
  totalSteps: number,
  warmupSteps: number,
): optim.Schedule {
  if (schedule.name === 'cosine')
    return optim.warmupCosine({ totalSteps, warmupSteps, endFactor: schedule.finalFactor });
  const milestones =
    schedule.name === 'step' ? schedule.milestones.map((fraction) => Math.round(fraction * totalSteps)) : [];
  const after = optim.multiStep({ milestones, gamma: schedule.gamma });
  return optim.warmup(after, { warmupSteps });
}
