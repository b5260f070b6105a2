// The sample of a run, asked for again when it has more snapshots.
import type { RunSummary, SampleAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import type { Live } from './live.js';
import { type Asked, useAnswer } from './server.js';

export interface ChosenSample extends Asked<SampleAnswer> {
  /** Runs that have snapshots. */
  readonly candidates: readonly RunSummary[];
  readonly run: RunSummary | undefined;
  readonly setRun: (id: string) => void;
}

/** The run of this view, 'run' in the address; the newest one with snapshots at first. */
export function useSample(live: Live): ChosenSample {
  const [asked, setRun] = useParam('run');
  const candidates = live.runs
    .filter(({ snapshots, state }) => snapshots > 0 && state !== 'gone')
    .sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  const run = candidates.find(({ id }) => id === asked) ?? candidates[0];
  const sample = useAnswer<SampleAnswer>(
    run === undefined ? null : '/api/sample',
    { run: run?.id },
    run?.snapshots,
  );
  const own = sample.answer?.run === run?.id ? sample.answer : null;
  return { ...sample, answer: own, candidates, run, setRun };
}
