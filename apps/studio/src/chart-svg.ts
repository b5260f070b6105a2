// A chart as SVG text, for documents: lines, axes, names.
import { type LineStyle, resolved } from './colors.js';
import type { Line } from './line.js';
import { logTickLabels, tickLabels } from './tick-labels.js';

export interface SvgChart {
  readonly title: string;
  readonly xTitle: string;
  readonly lines: readonly Line[];
  readonly styles: ReadonlyMap<string, LineStyle>;
  readonly log: boolean;
  readonly zoom: readonly [number, number] | null;
}

const [width, height, left, top, right, bottom] = [640, 360, 70, 34, 16, 44] as const;

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

/** Round numbers between two, about `wanted` of them. */
function ticksBetween(low: number, high: number, wanted = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough)!;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step)
    ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

export function chartSvg({ title, xTitle, lines, styles, log, zoom }: SvgChart): string {
  const inView = lines.map(({ run, x, y }) => {
    const places = x.flatMap((value, i) =>
      (zoom === null || (value >= zoom[0] && value <= zoom[1])) && (!log || y[i]! > 0) ? [i] : [],
    );
    return { run, x: places.map((i) => x[i]!), y: places.map((i) => (log ? Math.log10(y[i]!) : y[i]!)) };
  });
  const range = (values: readonly number[]): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return low < high ? [low, high] : Number.isFinite(low) ? [low - 1, low + 1] : [0, 1];
  };
  const [x0, x1] = zoom ?? range(inView.flatMap(({ x }) => x));
  const [y0, y1] = range(inView.flatMap(({ y }) => y));
  const px = (x: number) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
  const py = (y: number) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  const [ink, line] = [resolved('var(--ink)'), resolved('var(--line)')];
  const full = height + 18 * lines.length + 8;
  const text = (x: number, y: number, said: string, more = '') =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(said)}</text>`;
  const [xTicks, yTicks] = [ticksBetween(x0, x1), ticksBetween(y0, y1)];
  const xLabels = tickLabels(xTicks);
  const yLabels = log ? logTickLabels(yTicks.map((y) => 10 ** y)) : tickLabels(yTicks);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${full}" width="${width}" height="${full}" font-family="sans-serif" font-size="12" fill="${ink}">`,
    `<rect width="${width}" height="${full}" fill="${resolved('var(--card)')}"/>`,
    text(left, 20, title, 'font-weight="600" font-size="14"'),
    ...yTicks.map(
      (y, i) =>
        `<path d="M${left} ${py(y).toFixed(1)}H${width - right}" stroke="${line}"/>${text(left - 8, py(y) + 4, yLabels[i]!, 'text-anchor="end"')}`,
    ),
    ...xTicks.map((x, i) => text(px(x), height - bottom + 18, xLabels[i]!, 'text-anchor="middle"')),
    text((left + width - right) / 2, height - 8, xTitle, 'text-anchor="middle"'),
    ...inView.map(({ run, x, y }) => {
      const style = styles.get(run.id);
      const points = x.map((value, i) => `${px(value).toFixed(1)},${py(y[i]!).toFixed(1)}`).join(' ');
      return `<polyline points="${points}" fill="none" stroke="${resolved(style?.color ?? ink)}" stroke-width="1.6" stroke-dasharray="${(style?.dash ?? []).join(' ')}"/>`;
    }),
    ...inView.map(({ run }, i) => {
      const y = height + 18 * i + 10;
      const style = styles.get(run.id);
      return `<path d="M${left} ${y - 4}h20" stroke="${resolved(style?.color ?? ink)}" stroke-width="2" stroke-dasharray="${(style?.dash ?? []).join(' ')}"/>${text(left + 28, y, run.name)}`;
    }),
    '</svg>',
  ];
  return parts.join('\n');
}
