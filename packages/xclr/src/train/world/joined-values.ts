// What a step comes to over all processes: each has measured its own rows.
import { stack } from '@xclr/torch';
import type { Measured, PendingStatistics } from '../objectives/index.js';
import type { StepValues } from '../queued-step.js';
import type { World } from './world.js';

/** The loss, faults and statistics of all processes' rows, in one message; in one process they are what was measured. */
export function joinedValues(
  world: World,
  { loss, fault: own }: Measured,
  statistics: PendingStatistics | null,
): Pick<StepValues, 'loss' | 'fault' | 'statistics'> {
  const fault = own ?? null;
  if (world.size === 1) return { loss, fault, statistics };
  const { dtype } = loss;
  const sums = statistics?.sums ?? null; // (k)
  const values = [loss, ...(fault === null ? [] : [fault.flag]), ...(sums?.unbind() ?? [])];
  const means = world.mean(stack(values.map((one) => one.detach().to({ dtype })))); // (1 to 2 + k)
  const rest = fault === null ? 1 : 2; // where the sums begin
  return {
    loss: means.select(0, 0),
    // One process's fault is everyone's, so that all stop at the same step and say the same.
    fault: fault === null ? null : { ...fault, flag: means.select(0, 1) },
    statistics:
      statistics === null || sums === null
        ? statistics
        : { ...statistics, sums: means.narrow(0, rest, sums.size(0)).mul(world.size) },
  };
}
