// The labels of an axis: all with as many decimals as the finest tick needs, so that 5.25, 5.00 and 4.75 stand below each other.
import { count, decimal } from '../../../packages/xclr/src/report/format.js';

const mostDecimals = 6;

/** Labels of the ticks of a linear axis; a tick that is null has none. */
export function tickLabels(ticks: readonly (number | null)[]): string[] {
  const known = ticks.filter((tick) => tick !== null);
  const largest = known.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0);
  const finest = (fits: (tick: number, decimals: number) => boolean, most: number) => {
    let decimals = 0;
    while (decimals < most && !known.every((tick) => fits(tick, decimals))) decimals++;
    return decimals;
  };
  // Ticks are sums of floating point numbers: 0.30000000000000004 is 0.3.
  const close = (tick: number, rounded: number) => Math.abs(tick - rounded) <= 1e-6 * largest;
  if (largest >= 1e7 || (largest > 0 && largest < 1e-4)) {
    const decimals = finest((tick, n) => close(tick, Number(tick.toExponential(n))), 3);
    return ticks.map((tick) =>
      tick === null ? '' : tick === 0 ? '0' : exponential(tick.toExponential(decimals)),
    );
  }
  const decimals = finest((tick, n) => close(tick, Number(tick.toFixed(n))), mostDecimals);
  return ticks.map((tick) => (tick === null ? '' : decimals === 0 ? count(tick) : decimal(tick, decimals)));
}

/** Labels of a logarithmic axis, each with its own digits. */
export function logTickLabels(ticks: readonly (number | null)[]): string[] {
  return ticks.map((tick) => {
    if (tick === null) return '';
    const size = Math.abs(tick);
    if (size >= 1e6 || size < 1e-4) return exponential(String(tick.toExponential(1)).replace('.0e', 'e'));
    return size >= 1000 ? count(tick) : String(Number(tick.toPrecision(3)));
  });
}

const exponential = (text: string) => text.replaceAll('-', '−').replace('e+', 'e');
