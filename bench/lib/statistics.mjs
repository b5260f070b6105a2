// Medians, spreads and the numbers as people read them.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** Three significant digits. */
export const show = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export const showSpread = ({ median: middle, min, max }) => `${show(middle)} (${show(min)}–${show(max)})`;
