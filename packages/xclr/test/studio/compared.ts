// A comparison's folder for the studio's tests, as xclr compare writes it, without the training.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeUnits } from '../../src/compare/cell-units.js';
import { fakeRun } from './make.js';
import { putImages } from './sampled.js';

const names = ['cat', 'dog', 'horse', 'truck', 'car', 'apple'];

/** By method and seed, the class that each of the six images is taken for; image i is of class i. */
const answers: Readonly<Record<string, readonly (readonly number[])[]>> = {
  xclr: [
    [0, 1, 1, 3, 0, 5],
    [0, 1, 1, 0, 0, 5],
  ],
  supcon: [
    [3, 1, 2, 3, 0, 5],
    [3, 3, 2, 0, 0, 5],
  ],
};

/** Neighboring classes are half similar, all others 0.1. */
const similarity = (a: number, b: number) => (Math.abs(a - b) === 1 ? 0.5 : 0.1);

/** @param options.runs false leaves the runs out, as where only results were copied */
export async function compared(folder: string, { runs = true, more = '' } = {}): Promise<void> {
  const images = await putImages(join(folder, 'data'), 6, more);
  const table = join(folder, 'data/images.csv');
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = images.map(({ id, captions, label }) => `${id},${quoted(captions[0]!)},${label}\n`);
  writeFileSync(table, `image,caption,label\n${lines.join('')}`);
  mkdirSync(join(folder, 'cells'), { recursive: true });
  const keys = Int32Array.from(names.keys());
  const ones = new Float64Array(6).fill(1);
  const made = Object.entries(answers).flatMap(([method, seeds]) =>
    seeds.map((said, seed) => {
      const key = `${method}-s${seed}`;
      if (runs) fakeRun(join(folder, 'runs', key), { method, seed, dataPath: table });
      const right = Float64Array.from(said, (answer, i) => Number(answer === i));
      const wrong = right.map((one) => 1 - one);
      const cost = Float64Array.from(said, (answer, i) => (answer === i ? 0 : similarity(answer, i)));
      const units = {
        knn_test: { estimate: 0.5, keys, numerators: right, denominators: ones },
        mistakes_test: { estimate: 0.5, keys, numerators: cost, denominators: wrong },
      };
      const predictions = {
        knn_test: {
          key: 'label',
          names,
          gallerySizes: new Int32Array(6).fill(1),
          samples: keys,
          accepted: names.map((_, i) => [i]),
          predicted: Int32Array.from(said),
        },
      };
      writeFileSync(
        join(folder, 'cells', `${key}.json`),
        JSON.stringify({ key, method, fraction: 1, seed, ...storeUnits(units, predictions) }),
      );
      return { key, method, value: right.reduce((a, b) => a + b) / 6 };
    }),
  );
  const entry = (method: string) => ({
    metric: 'knn_test',
    fraction: 1,
    method,
    estimate: { mean: 0.5, low: 0.4, high: 0.6 },
    perSeed: made.filter((one) => one.method === method).map(({ value }) => value),
  });
  writeFileSync(
    join(folder, 'comparison.json'),
    JSON.stringify({
      focus: 'xclr',
      methods: [
        { key: 'xclr', title: 'X-CLR', control: false },
        { key: 'supcon', title: 'SupCon', control: false },
      ],
      metrics: ['knn_test'],
      entries: [entry('xclr'), entry('supcon')],
      differences: [],
      conclusions: [],
      definitions: {},
      cells: made.map(({ key }) => ({ key })),
    }),
  );
}
