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

/** Which side begins changes from round to round. */
export const rotated = (sides, round) => sides.map((_, i) => sides[(i + round) % sides.length]);

/** A row of bench/results/<benchmark>.json: our rates and a peer's, round by round, with the ratio of each round. */
export function comparison({ name, unit, ours, peer, peerName, settings }) {
  const ratios = ours.map((rate, round) => rate / peer[round]);
  return {
    name,
    unit,
    ours: median(ours),
    peer: median(peer),
    peerName,
    ratio: median(ratios),
    runs: ours.map((rate, round) => ({ ours: rate, peer: peer[round], ratio: ratios[round] })),
    spread: { ours: spread(ours), peer: spread(peer), ratio: spread(ratios) },
    settings,
  };
}
