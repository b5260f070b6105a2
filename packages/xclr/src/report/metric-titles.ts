// What metrics are called on pages, and how their numbers are written.

export interface MetricTitle {
  readonly title: string;
  readonly unit: 'percent' | 'number';
}

const patterns: readonly (readonly [pattern: RegExp, title: string, unit: MetricTitle['unit']])[] = [
  [/^knn_/, 'kNN', 'percent'],
  [/^probe_/, 'linear probe', 'percent'],
  [/^shot(\d+)_/, '$1-shot', 'percent'],
  [/^fraction([\d.]+)_/, '$1 % of the labels', 'percent'],
  [/^r(\d+)_/, 'R@$1', 'percent'],
  [/^map_/, 'mAP', 'percent'],
  [/^alignment_/, 'alignment (ρ)', 'number'],
  [/^triplets_/, 'triplet accuracy', 'percent'],
  [/^corrupted_/, 'corrupted images (kNN)', 'percent'],
  [/^corrupted-([a-z-]+)_/, '$1', 'percent'],
  [/^background-original_/, 'own background (kNN)', 'percent'],
  [/^background-same_/, 'background of the same class (kNN)', 'percent'],
  [/^background-random_/, 'background of another class (kNN)', 'percent'],
  [/^background-gap_/, 'background gap', 'percent'],
  [/^graded_/, 'graded accuracy', 'number'],
  [/^mistakes_/, 'similarity of mistakes', 'number'],
  [/^zeroshot_/, 'zero-shot', 'percent'],
  [/^t2p_r(\d+)_/, 'text → image R@$1', 'percent'],
  [/^p2t_r(\d+)_/, 'image → text R@$1', 'percent'],
];

/** 'knn_test' → kNN; a task's name follows where several tasks share a kind. */
export function metricTitle(metric: string, all: readonly string[] = []): MetricTitle {
  const after = metric.endsWith('_projected') ? ', after the projector' : '';
  const plain = metric.replace(/_projected$/, '');
  for (const [pattern, title, unit] of patterns) {
    const found = pattern.exec(plain);
    if (found === null) continue;
    const said = title.replace('$1', found[1] ?? '');
    const similar = all.filter((one) => !one.endsWith('_projected') && pattern.exec(one)?.[0] === found[0]);
    const task = similar.length > 1 ? ` (${plain.slice(found[0].length)})` : '';
    return { title: `${said}${task}${after}`, unit };
  }
  return { title: metric, unit: 'number' };
}

/** What guessing gives, for measures where that does not depend on the data. */
export function chanceLevel(metric: string): number | undefined {
  if (metric.startsWith('triplets_')) return 0.5; // one of two answers
  return metric.startsWith('alignment_') ? 0 : undefined; // no correlation
}
