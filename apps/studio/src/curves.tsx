// Overlaid curves of the chosen runs: every metric whose name fits a regular expression.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CurvesAnswer, RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { useParam } from './address.js';
import { Chart } from './chart.js';
import type { LineStyle } from './colors.js';
import type { Line } from './line.js';
import { ask, urlOf } from './server.js';
import { Swatch } from './swatch.js';

export interface CurvesProps {
  /** Those that are chosen. */
  readonly runs: readonly RunSummary[];
  readonly metrics: readonly string[];
  readonly styles: ReadonlyMap<string, LineStyle>;
  readonly dark: boolean;
}

const axes = { step: 'step', time: 'hours of training', epoch: 'epoch' } as const;
type Axis = keyof typeof axes;

/** The most telling first. */
const first = [
  'loss',
  'validationLoss',
  'targetEntropy',
  'positiveMass',
  'viewsPerSecond',
  'waitingFraction',
  'lr',
  'gradNorm',
];

export function Curves({ runs, metrics, styles, dark }: CurvesProps) {
  const [pattern, setPattern] = useParam('metrics');
  const [axisText, setAxis] = useParam('x', 'step');
  const [log, setLog] = useParam('log');
  const [smoothing, setSmoothing] = useParam('smooth', '0');
  const [zoomText, setZoom] = useParam('zoom');
  const axis: Axis = axisText in axes ? (axisText as Axis) : 'step';
  const expression = useMemo(() => expressionOf(pattern), [pattern]);
  const shown = useMemo(
    () =>
      metrics
        .filter((metric) => expression?.test(metric) ?? true)
        .sort((a, b) => placeOf(a) - placeOf(b))
        .slice(0, 60),
    [metrics.join(), expression],
  );
  const zoom = useMemo(() => zoomOf(zoomText), [zoomText]);
  const range = axis === 'step' && zoom !== null ? { from: zoom[0], to: zoom[1] } : {};
  const { curves, problem } = useCurves(runs, shown, range);
  const lines = useMemo(() => linesOf(curves, runs, axis), [curves, axis, runs.map(({ id }) => id).join()]);
  if (runs.length === 0) return <p class="quiet">Choose runs in the table to see their curves.</p>;
  const csv = urlOf('/api/curves.csv', { runs: runs.map(({ id }) => id).join(), metrics: shown.join() });
  return (
    <section aria-label="Curves">
      <div class="tools">
        <label class="grow">
          Metrics (regular expression)
          <input
            type="search"
            value={pattern}
            placeholder="loss|entropy"
            aria-invalid={expression === undefined}
            onInput={(event) => setPattern(event.currentTarget.value)}
          />
        </label>
        <label>
          Across
          <select value={axis} onChange={(event) => setAxis(event.currentTarget.value)}>
            <option value="step">steps</option>
            <option value="time">time</option>
            <option value="epoch">epochs</option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={log === '1'}
            onChange={(event) => setLog(event.currentTarget.checked ? '1' : '')}
          />
          Logarithmic
        </label>
        <label>
          Smoothing {smoothing}
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={smoothing}
            onInput={(event) => setSmoothing(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="plain" disabled={zoom === null} onClick={() => setZoom('')}>
          Whole range
        </button>
        <a class="button" href={csv} download="curves.csv">
          CSV
        </a>
      </div>
      <ul class="legend" aria-label="Lines">
        {runs.map((run) => (
          <li key={run.id} class="method">
            <Swatch style={styles.get(run.id)} />
            {run.name}
          </li>
        ))}
      </ul>
      {expression === undefined && <p class="problem">This is not a regular expression.</p>}
      {problem !== null && <p class="problem">{problem}</p>}
      <div class="charts">
        {shown
          .filter((metric) => lines.has(metric))
          .map((metric) => (
            <Chart
              key={metric}
              metric={metric}
              lines={lines.get(metric)!}
              styles={styles}
              xTitle={axes[axis]}
              log={log === '1'}
              smoothing={Number(smoothing)}
              zoom={zoom}
              onZoom={(next) =>
                setZoom(next === null ? '' : next.map((one) => Number(one.toPrecision(6))).join())
              }
              dark={dark}
            />
          ))}
      </div>
    </section>
  );
}

const placeOf = (metric: string) => (first.includes(metric) ? first.indexOf(metric) : first.length);

/** null: everything; undefined: no regular expression. */
function expressionOf(pattern: string): RegExp | null | undefined {
  if (pattern === '') return null;
  try {
    return new RegExp(pattern, 'i');
  } catch {
    return undefined;
  }
}

function zoomOf(text: string): readonly [number, number] | null {
  const [from, to] = text.split(',').map(Number);
  return text !== '' && Number.isFinite(from) && Number.isFinite(to) && to! > from! ? [from!, to!] : null;
}

/** Asks for what the charts show, and again when runs have new rows, at most about once a second. */
function useCurves(
  runs: readonly RunSummary[],
  metrics: readonly string[],
  range: { readonly from?: number; readonly to?: number },
) {
  const [state, setState] = useState<{ curves: CurvesAnswer['curves']; problem: string | null }>({
    curves: [],
    problem: null,
  });
  const ids = runs.map(({ id }) => id).join();
  const rows = runs.map(({ rows: n, reading }) => `${n}${reading}`).join();
  const question = urlOf('/api/curves', {
    runs: ids,
    metrics: metrics.join(),
    points: Math.max(100, Math.min(1000, Math.round(8000 / Math.max(1, runs.length)))),
    ...range,
  });
  useEffect(() => {
    if (ids === '' || metrics.length === 0) {
      setState({ curves: [], problem: null });
      return;
    }
    const controller = new AbortController();
    const timer = window.setTimeout(() => {
      ask<CurvesAnswer>(question, {}, controller.signal).then(
        ({ curves }) => setState({ curves, problem: null }),
        (error: Error) => {
          if (!controller.signal.aborted) setState((before) => ({ ...before, problem: error.message }));
        },
      );
    }, 50);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  }, [question, rows]);
  return state;
}

function linesOf(
  curves: CurvesAnswer['curves'],
  runs: readonly RunSummary[],
  axis: Axis,
): ReadonlyMap<string, Line[]> {
  const lines = new Map<string, Line[]>();
  for (const { run: id, metric, step, seconds, value } of curves) {
    const run = runs.find((one) => one.id === id);
    if (run === undefined) continue;
    const perEpoch = run.stepsPerEpoch ?? 1;
    const x =
      axis === 'step' ? step : axis === 'time' ? seconds.map((s) => s / 3600) : step.map((s) => s / perEpoch);
    const list = lines.get(metric) ?? [];
    list.push({ run, x, y: value });
    lines.set(metric, list);
  }
  return lines;
}
