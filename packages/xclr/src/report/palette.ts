// One color, dash and symbol for each method, the same in every chart and every report.
import type { Method } from './report-data.js';

export interface MethodStyle {
  /** CSS color, a variable so that dark mode can lighten it. */
  readonly color: string;
  readonly dash: string;
  readonly symbol:
    | 'circle'
    | 'triangle'
    | 'square'
    | 'diamond'
    | 'cross'
    | 'star'
    | 'times'
    | 'wye'
    | 'hexagon'
    | 'asterisk';
}

// After Okabe and Ito's colors, which stay apart under the common kinds of color blindness.
// Each has a light-mode and a dark-mode value with contrast of at least 3 : 1 on its background.
const SLOTS = [
  { light: '#0067a8', dark: '#5db8f0', dash: '', symbol: 'circle' },
  { light: '#c25100', dark: '#f08b45', dash: '7 3', symbol: 'triangle' },
  { light: '#00805a', dark: '#35c79a', dash: '2 3', symbol: 'square' },
  { light: '#a8468a', dark: '#e391c4', dash: '9 3 2 3', symbol: 'star' },
  { light: '#6b6b6b', dark: '#b0b0b0', dash: '4 4', symbol: 'diamond' },
  { light: '#8a8578', dark: '#8f8c83', dash: '1 4', symbol: 'cross' },
  { light: '#8a6d00', dark: '#e6c84a', dash: '12 4', symbol: 'wye' },
  { light: '#5b4bb5', dark: '#a99cf5', dash: '5 2 1 2', symbol: 'times' },
  { light: '#00808f', dark: '#4fc6d6', dash: '3 2', symbol: 'hexagon' },
  { light: '#9c3d2e', dark: '#e08d7c', dash: '8 2 2 2', symbol: 'asterisk' },
] as const;

const FIXED: Readonly<Record<string, number>> = {
  xclr: 0,
  simclr: 1,
  supcon: 2,
  clip: 3,
  pixels: 4,
  untrained: 5,
  'clip-frozen': 6,
  supervised: 7,
};

/** Colors of the groups on the maps: they lie behind images and are never the only sign. */
const GROUPS = [
  { light: '#4c78a8', dark: '#9dbde0' },
  { light: '#e07b39', dark: '#f2b890' },
  { light: '#3f9c78', dark: '#98d6bd' },
  { light: '#b65c9a', dark: '#e0b0d2' },
  { light: '#b39b1c', dark: '#dfd28a' },
  { light: '#7a6cc4', dark: '#bdb4ec' },
  { light: '#5aa9c7', dark: '#a6dcee' },
  { light: '#8c6d52', dark: '#cfb49c' },
] as const;

/** The number of groups that colors can still tell apart. */
export const GROUP_COLORS = GROUPS.length;

/** Styles by method key: known methods keep theirs, others take what is left, in order. */
export function methodStyles(methods: readonly Method[]): ReadonlyMap<string, MethodStyle> {
  const taken = new Set(methods.map((m) => FIXED[m.key]).filter((slot) => slot !== undefined));
  const free = SLOTS.map((_, i) => i)
    .filter((i) => !taken.has(i))
    .sort((a, b) => Number(a < 6) - Number(b < 6));
  return new Map(
    methods.map(({ key }, order) => {
      const slot = FIXED[key] ?? free.shift() ?? order % SLOTS.length;
      const { dash, symbol } = SLOTS[slot]!;
      return [key, { color: `var(--method-${slot})`, dash, symbol }];
    }),
  );
}

/** Colors that lines of equal standing take in turn. */
export const LINE_COLORS = SLOTS.length;

/** The color variable of the n-th of lines of equal standing, such as runs. */
export function lineColor(order: number): string {
  return `var(--method-${order % SLOTS.length})`;
}

/** CSS declarations of the color variables for one color scheme. */
export function paletteCss(scheme: 'light' | 'dark'): string {
  const methods = SLOTS.map((slot, i) => `--method-${i}: ${slot[scheme]};`);
  const groups = GROUPS.map((group, i) => `--group-${i}: ${group[scheme]};`);
  return [...methods, ...groups].join(' ');
}
