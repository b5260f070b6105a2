// The runs as they change: asked for once, then told by server-sent events.
import { useEffect, useState } from 'preact/hooks';
import type { RunEvent, RunSummary, RunsAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { ask } from './server.js';

export interface Live {
  readonly runs: readonly RunSummary[];
  readonly metrics: readonly string[];
  readonly others: RunsAnswer['others'];
  readonly sources: RunsAnswer['sources'];
  readonly out: string;
  /** null until the first answer. */
  readonly problem: string | null;
  readonly loaded: boolean;
  /** False while the server cannot be reached. */
  readonly connected: boolean;
}

const empty: Live = {
  runs: [],
  metrics: [],
  others: [],
  sources: [],
  out: '',
  problem: null,
  loaded: false,
  connected: true,
};

/** Most often that the page is drawn again for changes, in milliseconds. */
const drawEvery = 250;

export function useLive(): Live {
  const [live, setLive] = useState(empty);
  useEffect(() => {
    const waiting = new Map<string, RunSummary>();
    let timer = 0;
    const draw = () => {
      timer = 0;
      const changed = [...waiting.values()];
      waiting.clear();
      setLive((before) => withRuns(before, changed));
    };
    const load = () =>
      ask<RunsAnswer>('/api/runs').then(
        (answer) =>
          setLive((before) => ({ ...before, ...answer, problem: null, loaded: true, connected: true })),
        (error: Error) => setLive((before) => ({ ...before, problem: error.message, loaded: true })),
      );
    const events = new EventSource('/api/events');
    events.addEventListener('hello', () => void load()); // after a break too
    events.addEventListener('run', (event) => {
      const { run } = JSON.parse((event as MessageEvent<string>).data) as RunEvent;
      waiting.set(run.id, run);
      if (timer === 0) timer = window.setTimeout(draw, drawEvery);
    });
    events.addEventListener('error', () => setLive((before) => ({ ...before, connected: false })));
    void load();
    return () => {
      window.clearTimeout(timer);
      events.close();
    };
  }, []);
  return live;
}

function withRuns(live: Live, changed: readonly RunSummary[]): Live {
  const by = new Map(changed.map((run) => [run.id, run]));
  const runs = live.runs.map((run) => by.get(run.id) ?? run);
  const known = new Set(live.runs.map(({ id }) => id));
  for (const run of changed) if (!known.has(run.id)) runs.push(run);
  const metrics = new Set(live.metrics);
  for (const run of changed) for (const name of Object.keys(run.last)) if (name !== 'step') metrics.add(name);
  return { ...live, runs, metrics: [...metrics], connected: true };
}
