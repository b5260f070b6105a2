// One metric of several runs, drawn by uPlot: cross-hair shared by all charts, zoom by dragging or keys, image and
// data out.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RunSummary } from '../../../packages/xclr/src/studio/wire.js';
import { chartSvg } from './chart-svg.js';
import { type LineStyle, resolved } from './colors.js';
import { shortNumber } from './columns.js';
import { type Line, smoothedLines } from './line.js';
import { saveCanvas, saveText } from './save.js';
import { smoothed } from './smooth.js';
import { logTickLabels, tickLabels } from './tick-labels.js';

export interface ChartProps {
  readonly metric: string;
  readonly lines: readonly Line[];
  readonly styles: ReadonlyMap<string, LineStyle>;
  readonly xTitle: string;
  readonly log: boolean;
  /** 0: none. */
  readonly smoothing: number;
  readonly zoom: readonly [number, number] | null;
  readonly onZoom: (zoom: readonly [number, number] | null) => void;
  /** Changes when colors do. */
  readonly dark: boolean;
}

const height = 240;

export function Chart(props: ChartProps) {
  const { metric, lines, styles, xTitle, log, smoothing, zoom, onZoom, dark } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  /** Whether values are read off by keys. */
  const [read, setRead] = useState(false);
  const zoomRef = useRef(onZoom);
  zoomRef.current = onZoom;
  const shape = `${lines.map(({ run }) => run.id).join()} ${log} ${smoothing > 0} ${dark} ${xTitle}`;

  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    const { ink, line, quiet } = themeColors();
    const font = '12px ui-sans-serif, system-ui, sans-serif';
    const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const series = lines.flatMap(({ run }): uPlot.Series[] => {
      const style = styles.get(run.id);
      const stroke = resolved(style?.color ?? ink);
      const dash = [...(style?.dash ?? [])];
      const whole = { stroke, dash, width: 1.6, spanGaps: true, points: { show: false } };
      return smoothing > 0 ? [{ ...whole, width: 1, alpha: 0.25 }, whole] : [whole];
    });
    const made = new uPlot(
      {
        width: place.clientWidth || 400,
        height,
        legend: { show: false },
        cursor: {
          sync: { key: 'curves' },
          drag: { x: true, y: false, setScale: false },
          points: { size: 6 },
        },
        scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
        axes: [
          { ...axis, size: 34, values: (_, values) => tickLabels(values) },
          {
            ...axis,
            size: 62,
            values: (_, values) => (log ? logTickLabels(values) : tickLabels(values)),
          },
        ],
        series: [{}, ...series],
        hooks: {
          setCursor: [(self) => setAt(self.cursor.idx ?? null)],
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 5) return;
              zoomRef.current([self.posToVal(left, 'x'), self.posToVal(left + width, 'x')]);
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      joined(lines, log, smoothing),
      place,
    );
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }));
    resize.observe(place);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    made.setData(joined(lines, log, smoothing), false);
    const xs = made.data[0];
    const ends = zoom ?? [xs[0] ?? 0, xs.at(-1) ?? 1];
    made.setScale('x', { min: ends[0], max: ends[1] });
  }, [lines, zoom, smoothing, shape]);

  const key = (event: KeyboardEvent) => {
    const made = plot.current;
    const next = made === null ? null : afterKey(event.key, made, at);
    if (made === null || next === null) return;
    event.preventDefault();
    if ('zoom' in next) onZoom(next.zoom);
    else made.setCursor({ left: made.valToPos(made.data[0][next.at]!, 'x'), top: 1 });
  };
  const values = valuesAt(lines, plot.current?.data[0], at, smoothing);
  const name = metric.replace(/[^\w.-]+/g, '-');
  return (
    <figure class="card chart-card" data-metric={metric}>
      <figcaption>
        {metric}
        <span class="chart-tools">
          <button
            type="button"
            class="plain"
            aria-label={`Save ${metric} as PNG`}
            onClick={() =>
              plot.current !== null && saveCanvas(plot.current, metric, lines, styles, `${name}.png`)
            }
          >
            PNG
          </button>
          <button
            type="button"
            class="plain"
            aria-label={`Save ${metric} as SVG`}
            onClick={() =>
              saveText(
                chartSvg({
                  title: metric,
                  xTitle,
                  lines: smoothedLines(lines, smoothing),
                  styles,
                  log,
                  zoom,
                }),
                `${name}.svg`,
                'image/svg+xml',
              )
            }
          >
            SVG
          </button>
        </span>
      </figcaption>
      <div
        ref={host}
        class="plot"
        onDblClick={() => onZoom(null)}
        onKeyDown={key}
        onFocus={() => setRead(true)}
        onBlur={() => setRead(false)}
        role="application"
        tabindex={0}
        aria-label={`${metric} of ${lines.length} runs by ${xTitle}. Left and right read values, + and − zoom, 0 shows all.`}
      />
      <p class="readout" aria-live={read ? 'polite' : 'off'}>
        {values === null
          ? xTitle
          : `${xTitle} ${shortNumber(values.x)}: ${values.items.map(({ run, y }) => `${run.name} ${shortNumber(y)}`).join(' · ')}`}
      </p>
    </figure>
  );
}

/** Steps in which keys lead through what is in sight. */
const keySteps = 50;

/** What a key leads to: another point to read off, or another stretch in sight. */
function afterKey(
  key: string,
  { data: [xs], scales }: uPlot,
  at: number | null,
): { readonly at: number } | { readonly zoom: readonly [number, number] | null } | null {
  const { min, max } = scales.x ?? {};
  const [first, last] = [xs[0], xs.at(-1)];
  if (min == null || max == null || first === undefined || last === undefined) return null;
  const from = xs.findIndex((x) => x >= min);
  const to = xs.findLastIndex((x) => x <= max);
  if (to < from) return key === '0' ? { zoom: null } : null;
  const place = Math.min(to, Math.max(from, at ?? Math.round((from + to) / 2)));
  const step = Math.max(1, Math.round((to - from) / keySteps));
  if (key === 'ArrowLeft') return { at: Math.max(from, place - step) };
  if (key === 'ArrowRight') return { at: Math.min(to, place + step) };
  if (key === '0') return { zoom: null };
  if (key !== '+' && key !== '=' && key !== '-') return null;
  const reach = ((max - min) / 2) * (key === '-' ? 2 : 0.5);
  const zoom = [Math.max(first, xs[place]! - reach), Math.min(last, xs[place]! + reach)] as const;
  if (zoom[0] === first && zoom[1] === last) return { zoom: null };
  return zoom[1] > zoom[0] ? { zoom } : null;
}

function themeColors(): { ink: string; line: string; quiet: string } {
  const [ink, line, quiet] = ['--ink', '--line', '--quiet'].map((name) => resolved(`var(${name})`));
  return { ink: ink!, line: line!, quiet: quiet! };
}

/** All lines over the x of any of them; where a line has no point there is null. */
function joined(lines: readonly Line[], log: boolean, smoothing: number): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  // A logarithm knows no 0 and nothing below.
  const fit = (y: readonly number[]) => y.map((value) => (log && value <= 0 ? null : value));
  const tables = lines.map(
    ({ x, y }): uPlot.AlignedData =>
      smoothing > 0 ? [[...x], fit(y), fit(smoothed(y, smoothing))] : [[...x], fit(y)],
  );
  return uPlot.join(tables);
}

function valuesAt(
  lines: readonly Line[],
  xs: ArrayLike<number> | undefined,
  at: number | null,
  smoothing: number,
): { x: number; items: { run: RunSummary; y: number }[] } | null {
  const x = at === null ? undefined : xs?.[at];
  if (x === undefined) return null;
  const items = smoothedLines(lines, smoothing).flatMap(({ run, x: own, y }) => {
    let place = own.findIndex((value) => value > x) - 1;
    if (place === -2) place = own.length - 1;
    return place < 0 ? [] : [{ run, y: y[place]! }];
  });
  return { x, items: items.slice(0, 8) };
}
