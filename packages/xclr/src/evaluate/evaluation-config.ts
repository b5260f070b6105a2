// A run's settings as an evaluation takes them: precision, device and threads belong to where one evaluates.
import { setNumThreads } from '@xclr/torch';
import type { TrainConfig } from '../train/config.js';
import { chooseDevice } from '../train/device.js';
import { type Precision, setPrecision, usablePrecision } from '../train/precision.js';
import { usualThreads } from '../util/threads.js';

/** Where and how an evaluation computes, whatever the run was trained on. */
export interface EvaluationPlace {
  /** auto (the default), cpu, cuda or cuda:N. */
  readonly device?: string | undefined;
  /** Threads within an operator; all cores by default. */
  readonly threads?: number | 'auto' | undefined;
  /** float32 by default, so that every machine gives the same numbers. */
  readonly precision?: TrainConfig['precision'] | undefined;
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** The same settings with a device that is there and a precision that it has. @throws {UserError} for one that was asked for and is not */
export function evaluationConfig(
  config: TrainConfig,
  { device: asked = 'auto', threads = 'auto', precision = 'float32', onNotice }: EvaluationPlace = {},
): TrainConfig & { readonly precision: Precision } {
  const device = chooseDevice(asked);
  if (asked === 'auto' && config.device.startsWith('cuda') && device === 'cpu')
    onNotice?.(
      `the run was trained on ${config.device}, and this machine has no GPU that LibTorch can use: it is evaluated on the CPU`,
    );
  setNumThreads(threads === 'auto' ? usualThreads() : threads);
  const usable = usablePrecision(precision, device);
  setPrecision(usable, device);
  return { ...config, device, threads, precision: usable };
}
