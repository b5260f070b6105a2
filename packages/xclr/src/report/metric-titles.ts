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
  [/^alignment-by-([a-z-]+)_/, 'alignment by $1 (ρ)', 'number'],
  [/^triplets_/, 'triplet accuracy', 'percent'],
  [/^triplets-by-([a-z-]+)_/, 'triplet accuracy by $1', 'percent'],
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
  if (/^triplets[_-]/.test(metric)) return 0.5; // one of two answers
  return /^alignment[_-]/.test(metric) ? 0 : undefined; // no correlation
}

const meanings: readonly (readonly [RegExp, string])[] = [
  [/^probe_/, 'A linear classifier on the frozen features predicts the class.'],
  [/^knn_/, 'The nearest training images vote for the class.'],
  [/^alignment_/, 'Rank correlation of image similarity with caption similarity; 1 is the same order.'],
  [
    /^alignment-by-/,
    'Rank correlation of image similarity with a similarity of captions that no method was trained on.',
  ],
  [/^triplets[_-]/, 'Of two images, the one with the more similar caption is also the more similar image.'],
  [/^graded_/, 'Similarity of the predicted class to the true class, by their captions.'],
  [/^mistakes_/, 'Similarity of the predicted class to the true class where the prediction is wrong.'],
  [/^shot1_/, 'The class is predicted from one labeled image of each class.'],
  [/^(shot|fraction)/, 'The class is predicted from a few labeled images of each class.'],
  [/^zeroshot_/, 'The class is predicted from the names of the classes alone.'],
  [/^r\d+_/, 'An image of the same class is among the most similar ones.'],
  [/^map_/, 'Mean average precision of the search for images of the same class.'],
  [/^t2p_/, 'The image of a text is among the most similar ones.'],
  [/^p2t_/, 'The text of an image is among the most similar ones.'],
  [/^corrupted/, 'kNN accuracy on images with noise, blur and other corruptions.'],
  [/^background-original_/, 'kNN accuracy before the image’s own background.'],
  [/^background-same_/, 'kNN accuracy before the background of an image of the same class.'],
  [/^background-random_/, 'The object stands before the background of an image of another class.'],
  [/^background-gap_/, 'What is lost from a background of the same class to one of another class.'],
];

/** What a measure means, in a sentence for readers who meet it for the first time. */
export function metricMeaning(metric: string): string {
  return meanings.find(([pattern]) => pattern.test(metric))?.[1] ?? '';
}
