// Small drawings: a histogram of two sides, and the bars of a distribution.
import { maxOf } from '../../../packages/xclr/src/util/arrays.js';

export interface HistogramProps {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly leftName: string;
  readonly rightName: string;
}

const [width, height] = [520, 150] as const;

/** Counts over similarities from −1 to 1, as outlines over each other. */
export function Histograms({ left, right, leftName, rightName }: HistogramProps) {
  const outline = (counts: readonly number[]) => {
    const most = maxOf(counts, 1);
    const step = width / counts.length;
    const points = counts.flatMap((count, i) => {
      const y = (height - 20) * (1 - count / most) + 4;
      return [`${(i * step).toFixed(1)},${y.toFixed(1)}`, `${((i + 1) * step).toFixed(1)},${y.toFixed(1)}`];
    });
    return `0,${height - 16} ${points.join(' ')} ${width},${height - 16}`;
  };
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Similarities of all pairs by ${leftName} and by ${rightName}`}
    >
      <polygon points={outline(left)} class="first" />
      <polyline points={outline(right)} class="second" />
      {[-1, -0.5, 0, 0.5, 1].map((value) => (
        <text
          key={value}
          x={((value + 1) / 2) * width}
          y={height - 2}
          text-anchor={value === -1 ? 'start' : value === 1 ? 'end' : 'middle'}
        >
          {String(value).replace('-', '−')}
        </text>
      ))}
    </svg>
  );
}

/** The largest values of a distribution, one bar each. */
export function Distribution({
  values,
  marked,
}: {
  readonly values: readonly number[];
  readonly marked: number;
}) {
  const most = maxOf(values, 1e-9);
  const step = width / Math.max(1, values.length);
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label="Target of each image, largest first"
    >
      {values.map((value, i) => {
        const tall = (height - 20) * (value / most);
        return (
          <rect
            key={i}
            class={i < marked ? 'near' : ''}
            x={i * step}
            y={height - 16 - tall}
            width={Math.max(0.6, step - 0.6)}
            height={tall}
          />
        );
      })}
    </svg>
  );
}
