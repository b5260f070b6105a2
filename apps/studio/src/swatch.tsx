// The mark of a run's color and dashes.
import type { LineStyle } from './colors.js';

export function Swatch({ style }: { readonly style: LineStyle | undefined }) {
  if (style === undefined) return null;
  return (
    <svg class="line-swatch" width="18" height="8" aria-hidden="true">
      <line
        x1="1"
        x2="17"
        y1="4"
        y2="4"
        style={{ stroke: style.color }}
        stroke-dasharray={style.dash.join(' ')}
      />
    </svg>
  );
}
