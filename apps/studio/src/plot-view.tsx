// Settings against measures: parallel coordinates over all runs, or a scatter of any setting or measure against any other.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { metricTitle } from '../../../packages/xclr/src/report/metric-titles.js';
import type { RunSummary, SettingsAnswer } from '../../../packages/xclr/src/studio/wire.js';
import { useList, useParam } from './address.js';
import { Choose } from './choose.js';
import { lineStyles } from './colors.js';
import type { Live } from './live.js';
import { useAnswer } from './server.js';
import { tickLabels } from './tick-labels.js';

/** Something of a run: a setting, a measure, a loss. */
interface Axis {
  readonly key: string;
  readonly title: string;
  /** A loss or a measure, not a setting. */
  readonly result: boolean;
  readonly value: (run: RunSummary) => string | number | null;
}

const [height, margin] = [420, 60] as const;

/** Of a plot, in pixels of its own letters: less on a tablet. */
function usePlotWidth(): number {
  const query = useMemo(() => window.matchMedia('(max-width: 64rem)'), []);
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const listener = () => setNarrow(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  return narrow ? 720 : 960;
}

export function PlotView({ live }: { readonly live: Live }) {
  const { answer, problem } = useAnswer<SettingsAnswer>('/api/settings', {}, live.runs.length);
  const [asked, setAxes] = useList('axes');
  const [kind, setKind] = useParam('kind', 'parallel');
  const axes = useMemo(() => axesOf(live.runs, answer ?? {}), [live.runs, answer]);
  const runs = live.runs.filter(({ state }) => state !== 'unreadable');
  const usual = axes.slice(0, 6).map(({ key }) => key);
  const keys = asked.length === 0 ? usual : asked;
  const chosen = keys.flatMap((key) => axes.find((axis) => axis.key === key) ?? []);
  const [xKey, setX] = useParam('x', axes[0]?.key ?? '');
  const [yKey, setY] = useParam('y', axes.find(({ result }) => result)?.key ?? axes[1]?.key ?? '');
  const across = axes.find(({ key }) => key === xKey);
  const up = axes.find(({ key }) => key === yKey);
  const options = axes.map(({ key, title }) => ({ id: key, name: title }));
  const styles = lineStyles(runs);
  const toggle = (key: string) =>
    setAxes(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]);
  return (
    <>
      <div class="tools">
        <label>
          As
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="parallel">parallel coordinates</option>
            <option value="scatter">scatter plot</option>
          </select>
        </label>
        {kind === 'scatter' ? (
          <>
            <Choose label="Across" value={xKey} options={options} onChoose={setX} />
            <Choose label="Up" value={yKey} options={options} onChoose={setY} />
          </>
        ) : (
          <details class="menu">
            <summary>Axes</summary>
            <fieldset>
              <legend class="hidden">Axes of the plot</legend>
              {axes.map(({ key, title }) => (
                <label key={key}>
                  <input type="checkbox" checked={keys.includes(key)} onChange={() => toggle(key)} /> {title}
                </label>
              ))}
            </fieldset>
          </details>
        )}
        <span class="quiet">{runs.length} runs; settings that are the same in all of them are left out</span>
      </div>
      {problem !== null && <p class="problem">{problem}</p>}
      {(kind === 'scatter' ? across === undefined || up === undefined : chosen.length < 2) ? (
        <p class="quiet">Choose at least two axes; there is something to see where runs differ.</p>
      ) : (
        <section class="card scroll" tabindex={0} aria-label="Plot">
          {across !== undefined && up !== undefined && kind === 'scatter' ? (
            <ScatterPlot runs={runs} x={across} y={up} colors={styles} />
          ) : (
            <Parallel runs={runs} axes={chosen} colors={styles} />
          )}
        </section>
      )}
    </>
  );
}

/** Settings that differ, then losses and measures. */
function axesOf(runs: readonly RunSummary[], settings: SettingsAnswer): readonly Axis[] {
  const names = new Set(runs.flatMap(({ id }) => Object.keys(settings[id] ?? {})));
  names.delete('run');
  names.delete('resume');
  const differing = [...names].filter((name) => {
    const values = new Set(runs.map(({ id }) => settings[id]?.[name]));
    return values.size > 1;
  });
  const bySetting = differing.map(
    (name): Axis => ({
      key: name,
      title: name,
      result: false,
      value: ({ id }) => {
        const value = settings[id]?.[name];
        return typeof value === 'boolean' ? String(value) : (value ?? null);
      },
    }),
  );
  const measures = [...new Set(runs.flatMap((run) => Object.keys(run.measures)))];
  const results: Axis[] = [
    { key: 'best', title: 'best validation loss', result: true, value: (run) => run.bestValidationLoss },
    { key: 'loss', title: 'last loss', result: true, value: (run) => run.last.loss ?? null },
    ...measures.map(
      (name): Axis => ({
        key: `m.${name}`,
        title: metricTitle(name, measures).title,
        result: true,
        value: (run) => run.measures[name] ?? null,
      }),
    ),
  ];
  const known = results.filter(({ value }) => runs.some((run) => value(run) !== null));
  return [...bySetting.slice(0, 4), ...known, ...bySetting.slice(4)];
}

interface Scale {
  /** 0 to 1; null where there is no value. */
  readonly at: (run: RunSummary) => number | null;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Numbers from the least to the most; words in their order. */
function scaleOf({ value }: Axis, runs: readonly RunSummary[]): Scale {
  const values = runs.map(value).filter((one): one is string | number => one !== null);
  if (values.every((one) => typeof one === 'number')) {
    const [low, high] = [
      values.reduce((a, b) => Math.min(a, b), Infinity),
      values.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
    const part = (one: number) => (high > low ? (one - low) / (high - low) : 0.5);
    return {
      at: (run) => {
        const own = value(run);
        return typeof own === 'number' ? part(own) : null;
      },
      ticks: numberTicks(low, high),
    };
  }
  const words = [...new Set(values.map(String))].sort();
  const place = (text: string) => (words.length > 1 ? words.indexOf(text) / (words.length - 1) : 0.5);
  return {
    at: (run) => {
      const own = value(run);
      return own === null ? null : place(String(own));
    },
    ticks: words
      .slice(0, 12)
      .map((text) => ({ at: place(text), text: text.length > 18 ? `${text.slice(0, 17)}…` : text })),
  };
}

/** Both ends and the middle, which whole numbers such as seeds have only where it is whole. */
function numberTicks(low: number, high: number): Scale['ticks'] {
  const middle = (low + high) / 2;
  const whole = Number.isInteger(low) && Number.isInteger(high);
  const places = high === low ? [0.5] : whole && !Number.isInteger(middle) ? [0, 1] : [0, 0.5, 1];
  const values = places.map((at) => Number((low + at * (high - low)).toPrecision(4)));
  const labels = tickLabels(values);
  return places.map((at, i) => ({ at, text: labels[i]! }));
}

/** Stretches of neighboring axes on which a run has a value: its line is broken where it has none. */
function stretches(points: readonly (readonly [number, number] | null)[]): (readonly [number, number])[][] {
  const found: (readonly [number, number])[][] = [];
  let open: (readonly [number, number])[] | null = null;
  for (const point of points) {
    if (point === null) open = null;
    else if (open === null) {
      open = [point];
      found.push(open);
    } else open.push(point);
  }
  return found;
}

interface PlotProps {
  readonly runs: readonly RunSummary[];
  readonly colors: ReturnType<typeof lineStyles>;
}

function Parallel({ runs, axes, colors }: PlotProps & { readonly axes: readonly Axis[] }) {
  const width = usePlotWidth();
  const scales = axes.map((axis) => scaleOf(axis, runs));
  const x = (i: number) => margin + (i * (width - 2 * margin)) / (axes.length - 1);
  const y = (at: number) => height - 30 - at * (height - 90);
  return (
    <svg
      class="parallel"
      style={{ minWidth: `${width}px` }}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Parallel coordinates of ${runs.length} runs over ${axes.map(({ title }) => title).join(', ')}`}
    >
      {runs.map((run) => {
        const points = scales.map(({ at }, i) => {
          const own = at(run);
          return own === null ? null : ([x(i), y(own)] as const);
        });
        const style = colors.get(run.id);
        const whole = !points.includes(null);
        return (
          <g key={run.id} class="run">
            <title>{run.name}</title>
            {stretches(points).map((stretch) => (
              <polyline
                key={stretch[0]![0]}
                points={stretch.map((point) => point.map((one) => one.toFixed(1)).join()).join(' ')}
                style={{ stroke: style?.color }}
                stroke-dasharray={style?.dash.join(' ')}
              />
            ))}
            {!whole &&
              points.map(
                (point) =>
                  point !== null && (
                    <circle key={point[0]} cx={point[0]} cy={point[1]} r="4" style={{ fill: style?.color }} />
                  ),
              )}
          </g>
        );
      })}
      {axes.map(({ key, title }, i) => (
        <g key={key}>
          <line x1={x(i)} x2={x(i)} y1={y(0)} y2={y(1)} class="axis" />
          <text
            x={x(i)}
            y={i % 2 === 0 ? 18 : 36}
            text-anchor={i === 0 ? 'start' : i === axes.length - 1 ? 'end' : 'middle'}
            class="axis-title"
          >
            {title}
          </text>
          {scales[i]!.ticks.map(({ at, text }) => (
            <text
              key={at}
              x={x(i) + (i === axes.length - 1 ? -6 : 6)}
              y={y(at) - 6}
              text-anchor={i === axes.length - 1 ? 'end' : 'start'}
            >
              {text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

function ScatterPlot({
  runs,
  x: xAxis,
  y: yAxis,
  colors,
}: PlotProps & { readonly x: Axis; readonly y: Axis }) {
  const width = usePlotWidth();
  const [xs, ys] = [scaleOf(xAxis, runs), scaleOf(yAxis, runs)];
  const x = (at: number) => margin + 40 + at * (width - 2 * margin - 40);
  const y = (at: number) => height - 60 - at * (height - 100);
  return (
    <svg
      class="parallel"
      style={{ minWidth: `${width}px` }}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${yAxis.title} against ${xAxis.title} of ${runs.length} runs`}
    >
      <line x1={x(0)} x2={x(1)} y1={y(0) + 14} y2={y(0) + 14} class="axis" />
      <line x1={x(0) - 14} x2={x(0) - 14} y1={y(0)} y2={y(1)} class="axis" />
      {xs.ticks.map(({ at, text }) => (
        <text key={at} x={x(at)} y={y(0) + 30} text-anchor="middle">
          {text}
        </text>
      ))}
      {ys.ticks.map(({ at, text }) => (
        <text key={at} x={x(0) - 20} y={y(at) + 4} text-anchor="end">
          {text}
        </text>
      ))}
      <text x={(x(0) + x(1)) / 2} y={height - 8} text-anchor="middle" class="axis-title">
        {xAxis.title}
      </text>
      <text x={8} y={18} class="axis-title">
        {yAxis.title}
      </text>
      {runs.map((run) => {
        const [left, up] = [xs.at(run), ys.at(run)];
        if (left === null || up === null) return null;
        return (
          <circle key={run.id} cx={x(left)} cy={y(up)} r="6" style={{ fill: colors.get(run.id)?.color }}>
            <title>{run.name}</title>
          </circle>
        );
      })}
    </svg>
  );
}
