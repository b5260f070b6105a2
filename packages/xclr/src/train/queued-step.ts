// What a step comes to: its numbers, at once or later, and whether they stop the run.
import { type PendingRead, readLater, stack, type Tensor } from '@xclr/torch';
import type { TargetStatistics } from '../graph/index.js';
import { UserError } from '../util/errors.js';
import type { Fault, PendingStatistics } from './objectives/index.js';

export interface StepResult {
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  /** Where they were asked for. */
  readonly statistics?: TargetStatistics;
}

/** A step that the device was asked for. Read it, or dispose of it. */
export interface QueuedStep extends Disposable {
  /**
   * Its numbers; waits for the device to come to the step's end.
   * @throws {UserError} if the loss or the gradient was not finite: the weights are as they were before the step
   */
  read(): StepResult;
}

/** The tensors that tell of a step. */
export interface StepValues {
  readonly loss: Tensor; // ()
  readonly norm: Tensor; // ()
  readonly fault: Fault | null;
  readonly statistics: PendingStatistics | null;
  /** Where gradients that overflow belong to the arithmetic, in float16: the step is left out, and is no fault. */
  readonly overflowAllowed: boolean;
}

/** The values as one vector, so that one reading brings all of them. */
function vectorOf({ loss, norm, fault, statistics }: StepValues): Tensor {
  const { device } = loss;
  const sums = statistics?.sums ?? null; // (k)
  const all = [loss, norm, ...(fault === null ? [] : [fault.flag]), ...(sums === null ? [] : sums.unbind())];
  return stack(all.map((one) => one.detach().to({ dtype: 'float32', device })));
}

function resultOf(numbers: readonly number[], values: Omit<StepValues, 'loss' | 'norm'>): StepResult {
  const [loss = Number.NaN, gradNorm = Number.NaN, ...rest] = numbers;
  const { fault, statistics, overflowAllowed } = values;
  if (fault !== null && rest.shift() !== 0) throw fault.error();
  if (!Number.isFinite(loss)) throw notFinite('loss', loss);
  if (!Number.isFinite(gradNorm) && !overflowAllowed) throw notFinite('gradient norm', gradNorm);
  return { loss, gradNorm, ...(statistics !== null && { statistics: statistics.read(rest) }) };
}

/** Reads a step's values now; waits for the device. @throws {UserError} where they stop the run */
export function readNow(values: StepValues): StepResult {
  return resultOf(vectorOf(values).toNumbers(), values);
}

/** Begins to read a step's values. */
export function readStepLater({ fault, statistics, overflowAllowed, ...tensors }: StepValues): QueuedStep {
  const pending: PendingRead = readLater(vectorOf({ fault, statistics, overflowAllowed, ...tensors }));
  return {
    read: () => resultOf(pending.numbers(), { fault, statistics, overflowAllowed }),
    [Symbol.dispose]: () => pending[Symbol.dispose](),
  };
}

/** A step that was read already. */
export function doneStep(result: StepResult): QueuedStep {
  return { read: () => result, [Symbol.dispose]: () => undefined };
}

export function notFinite(what: string, value: number): UserError {
  return new UserError(
    `training: the ${what} became ${value}; stopped before the weights were changed`,
    'Lower --lr, raise --temperature, or set --clip-grad-norm 1.',
  );
}
