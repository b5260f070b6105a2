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
  [/^ndcg(\d+)_/, 'NDCG@$1', 'number'],
  [/^hap_/, 'H-AP', 'number'],
  [/^relevance(\d+)_/, 'relevance of the first $1', 'number'],
  [/^top1_/, 'accuracy', 'percent'],
  [/^top1-crm_/, 'accuracy, re-ranked', 'percent'],
  [/^severity_/, 'severity of mistakes', 'number'],
  [/^severity-crm_/, 'severity of mistakes, re-ranked', 'number'],
  [/^hd(\d+)_/, 'hierarchical distance@$1', 'number'],
  [/^hd(\d+)-crm_/, 'hierarchical distance@$1, re-ranked', 'number'],
  [/^cost_/, 'cost', 'number'],
  [/^cost-crm_/, 'cost, re-ranked by the tree', 'number'],
  [/^cost-least_/, 'cost, re-ranked by cost', 'number'],
  [/^head_/, 'frequent classes', 'percent'],
  [/^middle_/, 'middling classes', 'percent'],
  [/^tail_/, 'rare classes', 'percent'],
  [/^parent1_/, 'unknown classes to their parent', 'percent'],
  [/^parent(\d+)_/, 'unknown classes, $1 steps up', 'percent'],
  [/^kept(\d+)_/, 'accuracy of the nearest $1 %', 'percent'],
  [/^auroc_/, 'unknown images are farther', 'percent'],
  [/^masked_/, 'center covered (kNN)', 'percent'],
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
  if (/^(triplets[_-]|auroc_)/.test(metric)) return 0.5; // one of two answers
  return /^alignment[_-]/.test(metric) ? 0 : undefined; // no correlation
}

/** True for measures of which less is better. */
export function lowerIsBetter(metric: string): boolean {
  return /^(severity|hd\d|cost)/.test(metric);
}

const meanings: readonly (readonly [RegExp, string])[] = [
  [/^probe_/, 'A linear classifier on the frozen features predicts the class.'],
  [/^knn_/, 'The nearest training images vote for the class.'],
  [/^alignment_/, 'Rank correlation of image similarity with caption similarity; 1 is the same order.'],
  [
    /^alignment-by-/,
    'Rank correlation of image similarity with a second similarity of captions. † marks methods that were trained on it.',
  ],
  [/^triplets[_-]/, 'Of two images, the one with the more similar caption is also the more similar image.'],
  [/^ndcg/, 'How well the first results are ordered by their relevance; 1 is the best order.'],
  [/^hap_/, 'Average precision in which a less relevant image counts for less; 1 is the best order.'],
  [/^relevance/, 'Mean relevance of the first results.'],
  [/^top1(-crm)?_/, 'The class of the highest score is the right one.'],
  [/^severity/, 'How high in the tree a wrong answer and the truth meet; lower is better.'],
  [
    /^hd/,
    'How high in the tree the likeliest classes and the truth meet, 0 where they are equal; lower is better.',
  ],
  [/^cost/, 'Mean cost of an answer by the table of costs; lower is better.'],
  [/^head_/, 'Accuracy on classes with many gallery images.'],
  [/^middle_/, 'Accuracy on classes with some gallery images.'],
  [/^tail_/, 'Accuracy on classes with few gallery images.'],
  [/^parent/, 'An image of a class that was never seen falls to a class with the same ancestor.'],
  [/^kept/, 'Accuracy where images to which nothing is near enough get no answer.'],
  [
    /^auroc_/,
    'An image that should be rejected is farther from its nearest neighbor than one that should not.',
  ],
  [/^masked_/, 'kNN accuracy where the middle of every image is covered.'],
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
