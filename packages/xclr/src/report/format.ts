// Numbers and lists as a reader wants them: few digits, true minus signs, units set apart.
import type { Measurement, MetricColumn } from './report-data.js';

const NARROW_SPACE = '\u202f';

/** 12345 → "12,345". */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** A value with a fixed number of decimals and a true minus sign. */
export function decimal(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return 'not a number';
  const text = value.toFixed(digits);
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

/** A metric's value in the metric's own unit: "33.8 %" or "0.338". */
export function metricValue(metric: MetricColumn, value: number): string {
  return metric.unit === 'percent' ? `${decimal(value * 100, 1)}${NARROW_SPACE}%` : decimal(value);
}

/** "32.1 to 35.5 %", or undefined when no interval was measured. */
export function metricInterval(metric: MetricColumn, measured: Measurement): string | undefined {
  if (measured.low === undefined || measured.high === undefined) return undefined;
  const low = metric.unit === 'percent' ? decimal(measured.low * 100, 1) : decimal(measured.low);
  return `${low} to ${metricValue(metric, measured.high)}`;
}

/** Seconds as "48 s", "6 min 5 s" or "2 h 14 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${decimal(seconds, seconds < 10 ? 1 : 0)} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** The median; 0 for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** "1 image", "3 images". */
export function plural(n: number, noun: string, several = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : several}`;
}

/** 'kNN' stays as it is; 'linear probe' begins a line as 'Linear probe'. */
export function capitalized(text: string): string {
  return /^[a-z][A-Z]/.test(text) ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
