// The settings that may change on resume.
import type { TrainConfig } from './fit.js';

/** They say where and how fast a run is computed and what it writes, and change no number of what is trained. */
export const settingsThatMayChangeOnResume: ReadonlySet<string> = new Set<keyof TrainConfig>([
  'run',
  'resume',
  'threads',
  'deterministic',
  'checkpointActivations',
  'workers',
  'cacheMiB',
  'cacheSize',
  'cacheFolder',
  'prefetchMiB',
  'decodeTimeout',
  'onDecoderCrash',
  'onMemoryShortage',
  'checkpointEvery',
  'snapshots',
  'logEvery',
  'logTo',
  'evaluation',
  'notice',
]);
