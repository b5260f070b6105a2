// What all processes of a training must have in common, compared before any of them hands a tensor to another.
import { buildInfo } from '@xclr/torch';
import { version } from '../../util/version.js';
import type { TrainConfig } from '../config.js';
import type { Prepared } from '../prepare.js';

/** They belong to one machine: other folders, devices and caches train the same. */
const ofOneMachine: ReadonlySet<string> = new Set<keyof TrainConfig>([
  'run',
  'resume',
  'device',
  'threads',
  'workers',
  'cacheMiB',
  'prefetchMiB',
  'decodeTimeout',
  'onMemoryShortage',
  'logTo',
]);

/** Settings, data and versions, as they are compared with rank 0's. */
export function commonRecord({
  config,
  dataset,
  training,
  validation,
  objective,
}: Prepared): Record<string, unknown> {
  const { path: _, ...data } = config.data;
  const settings = Object.entries({ ...config, data }).filter(([name]) => !ofOneMachine.has(name));
  return {
    ...Object.fromEntries(settings),
    'the data': {
      fingerprint: dataset.fingerprint,
      'training images': training.length,
      'validation images': validation.length,
    },
    'what it learns from': objective.description,
    xclr: version,
    LibTorch: buildInfo().builtFor,
  };
}
