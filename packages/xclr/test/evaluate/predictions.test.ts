// Accuracy by class, confusions, mistakes and chance, from answers small enough to count by hand.
import { describe, expect, it } from 'vitest';
import { measureTasks } from '../../src/evaluate/evaluate.js';
import {
  chanceOf,
  classAccuracies,
  classReport,
  confusionsOf,
  type Predictions,
  surestMistakes,
} from '../../src/evaluate/predictions.js';
import { parseTasks } from '../../src/evaluate/tasks.js';
import { matrixClasses } from '../../src/report/confusion-matrix.js';
import { makeDataset, makeFeatures } from './make.js';

// Classes 0 cat, 1 dog, 2 bus. Three cats: right, dog, dog. Two dogs: right, cat. One bus: right.
const answers: Predictions = {
  key: 'label',
  names: ['cat', 'dog', 'bus'],
  gallerySizes: Int32Array.of(5, 3, 2),
  samples: Int32Array.of(10, 11, 12, 13, 14, 15),
  accepted: [[0], [0], [0], [1], [1], [2]],
  predicted: Int32Array.of(0, 1, 1, 1, 0, 2),
  votes: Float64Array.of(0.9, 0.6, 0.8, 0.7, 0.8, 1),
  nearest: Int32Array.of(0, 1, 2, 3, 4, 5),
};
const samples = makeDataset(Array.from({ length: 16 }, () => ({}))).samples;

describe('predictions', () => {
  it('counts right answers of each class, by name', () => {
    expect(classAccuracies(answers)).toEqual([
      { name: 'bus', queries: 1, correct: 1 },
      { name: 'cat', queries: 3, correct: 1 },
      { name: 'dog', queries: 2, correct: 1 },
    ]);
  });

  it('counts confusions, the most frequent first', () => {
    expect(confusionsOf(answers)).toEqual([
      { truth: 'cat', predicted: 'dog', count: 2 },
      { truth: 'dog', predicted: 'cat', count: 1 },
    ]);
  });

  it('orders mistakes by their votes, equal ones by query', () => {
    expect(surestMistakes(answers, samples, 2)).toEqual([
      { id: 'image-12', truth: 'cat', predicted: 'dog', votes: 0.8, nearest: 'image-2' },
      { id: 'image-14', truth: 'dog', predicted: 'cat', votes: 0.8, nearest: 'image-4' },
    ]);
    const { votes: _, ...without } = answers;
    expect(surestMistakes(without, samples)).toEqual([]);
  });

  it('knows what guessing gives', () => {
    // Three classes; the largest one, cat, is right for three of six queries.
    expect(chanceOf(answers)).toEqual({ uniform: 1 / 3, majority: 1 / 2 });
    // A query for which two of three classes are right, one of them without a gallery image.
    const two = {
      ...answers,
      gallerySizes: Int32Array.of(5, 3, 0),
      accepted: [[0, 2]],
      predicted: Int32Array.of(1),
    };
    expect(chanceOf(two)).toEqual({ uniform: 1 / 2, majority: 1 });
  });

  it('counts an accepted class as right, for the query’s own class', () => {
    const accepting = { ...answers, accepted: [[0, 1], [0, 1], [0, 1], [1], [1], [2]] };
    expect(classAccuracies(accepting)[1]).toEqual({ name: 'cat', queries: 3, correct: 3 });
    expect(confusionsOf(accepting)).toEqual([{ truth: 'dog', predicted: 'cat', count: 1 }]);
  });

  it('keeps the classes with the most mistakes in the matrix', () => {
    expect(matrixClasses(classReport(answers, samples))).toEqual(['bus', 'cat', 'dog']);
    expect(matrixClasses(classReport(answers, samples), 2)).toEqual(['cat', 'dog']);
  });
});

describe('measureTasks', () => {
  it('keeps the answers of the nearest neighbors and of a linear probe', () => {
    // On a circle: two classes in the gallery, at 0 and 90 degrees; the last query lies with the wrong one.
    const at = (degrees: number) => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    const labels = ['east', 'east', 'north', 'north', 'east', 'north', 'east'];
    const data = makeDataset(labels.map((label, i) => ({ label, split: i < 4 ? 'train' : 'test' })));
    const tasks = parseTasks([
      { metric: 'knn', name: 'label', k: 1, gallery: { split: 'train' }, queries: { split: 'test' } },
      {
        metric: 'linear-probe',
        name: 'label',
        C: [100],
        gallery: { split: 'train' },
        queries: { split: 'test' },
      },
    ]);
    const features = makeFeatures([0, 4, 90, 86, 10, 80, 85].map(at));
    using _rows = features.rows;
    const { predictions, metrics } = measureTasks({ features, dataset: data, tasks });
    const knn = predictions.knn_label!;
    expect(knn.names).toEqual(['east', 'north']);
    expect([...knn.predicted]).toEqual([0, 1, 1]);
    expect([...knn.nearest!]).toEqual([1, 3, 3]);
    expect([...knn.votes!]).toEqual([1, 1, 1]);
    expect([...predictions.probe_label!.predicted]).toEqual([0, 1, 1]);
    const { classes } = classReport(knn, data.samples);
    const right = classes.reduce((sum, { correct }) => sum + correct, 0);
    expect(metrics.knn_label!.value).toBeCloseTo(right / 3, 12);
  });
});
