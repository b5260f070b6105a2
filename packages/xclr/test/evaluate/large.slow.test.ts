// 100,000 images × 512 features: extraction and probes take the memory of the rows, and no more with every image.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launchEnvironment, thisMachine } from '../../src/cli/environment.js';
import { put, temporaryFolder } from '../data/make.js';

const [images, dimensions] = [100_000, 512];
/** MB of all rows as float32. */
const rowsMegabytes = (images * dimensions * 4) / 1e6;

interface Resident {
  /** MB before, and after each step. */
  readonly before: number;
  readonly after: readonly number[];
  /** MB at the worst moment. */
  readonly most: number;
}

/** Runs a program with the product's modules and allocator; it calls `begin()`, and `mark()` where memory is looked at. */
function residentIn(what: string, body: string): Resident {
  const built = (path: string) => new URL(path, import.meta.url).href;
  const program = `
    import { manualSeed, noGrad, randn, scoped, tensor, zeros } from '${built('../../../torch/dist/index.js')}';
    import { extractFeatures, measureTasks, parseTasks } from '${built('../../dist/evaluate/index.js')}';
    import { createEncoder } from '${built('../../dist/models/index.js')}';
    const megabytes = () => process.memoryUsage().rss / 1e6;
    const after = [];
    let before;
    const begin = () => { before = megabytes(); };
    const mark = () => { after.push(megabytes()); };
    ${body}
    console.log(JSON.stringify({ before, after, most: process.resourceUsage().maxRSS / 1000 }));`;
  const script = put(join(temporaryFolder(), 'large.mjs'), program);
  const env = launchEnvironment(process.env, thisMachine());
  const output = execFileSync(process.execPath, [script], { encoding: 'utf8', env });
  const result = JSON.parse(output.trim().split('\n').at(-1)!) as Resident;
  const figures = [result.before, ...result.after].map((value) => value.toFixed(0));
  console.log(`${what}: ${figures.join(' ')} MB, ${result.most.toFixed(0)} at most`);
  return result;
}

describe(`${images} images of ${dimensions} features`, () => {
  it('are extracted in the memory of their rows and one batch', () => {
    const { before, after } = residentIn(
      'extraction',
      `
      manualSeed(0);
      const encoder = createEncoder('resnet18');
      encoder.eval();
      const size = 32, batch = 250;
      const indicesOf = (from) => Int32Array.from({ length: batch }, (_, i) => from + i);
      async function* batches() {
        for (let from = 0; from < ${images}; from += batch)
          yield { indices: indicesOf(from), view: () => randn([batch, 3, size, size]).to({ memoryFormat: 'channels_last' }) };
      }
      let next = 0;
      const onProgress = (done) => {
        if (done === batch) begin();
        if (done >= next + ${images / 10}) { mark(); next += ${images / 10}; }
      };
      const encode = (views) => ({ features: encoder.call(views) });
      const { features } = await extractFeatures(encode, batches(), { expected: ${images}, onProgress });
      if (features.rows.shape.join() !== '${images},${dimensions}') throw new Error(features.rows.shape.join());`,
    );
    expect(after).toHaveLength(10);
    // The rows fill as they come; nothing else may grow with them.
    expect(after.at(-1)! - before).toBeLessThan(rowsMegabytes + 60);
  });

  it('are probed in the memory of the rows and a few copies of them, however long the fits take', () => {
    const { before, after, most } = residentIn(
      'probes',
      `
      manualSeed(0);
      const classes = 100;
      const labelOf = (i) => i % classes;
      const rows = zeros([${images}, ${dimensions}]);
      scoped(() => {
        const centers = randn([classes, ${dimensions}]);
        for (let from = 0; from < ${images}; from += 1000) scoped(() => {
          const own = tensor(Int32Array.from({ length: 1000 }, (_, i) => labelOf(from + i)));
          const part = centers.indexSelect(0, own).add(randn([1000, ${dimensions}]).mul(6));
          rows.narrow(0, from, 1000).copy_(part.div(part.mul(part).sum(1).sqrt().unsqueeze(1)));
        });
      });
      const samples = Array.from({ length: ${images} }, (_, i) => ({
        id: String(i), image: { path: String(i) }, captions: [], label: 'class ' + labelOf(i), attributes: {},
        split: Math.floor(i / classes) % 10 === 9 ? 'test' : 'train',
      }));
      const dataset = { name: 'large', source: 'list', root: '/', problems: [], fingerprint: '', samples };
      const features = { rows, indices: Int32Array.from({ length: ${images} }, (_, i) => i) };
      const parts = { gallery: { split: 'train' }, queries: { split: 'test' } };
      begin();
      for (const task of [
        { metric: 'linear-probe', name: 'test', ...parts },
        { metric: 'knn', name: 'test', ...parts },
        { metric: 'few-shot', name: 'test', ...parts },
        { metric: 'linear-probe', name: 'again', ...parts },
        { metric: 'knn', name: 'again', ...parts },
      ]) {
        const { metrics } = measureTasks({ features, dataset, tasks: parseTasks([task], 'test') });
        console.log(Object.entries(metrics).map(([name, { value }]) => name + ' ' + value).join(' '));
        mark();
      }`,
    );
    expect(most - before).toBeLessThan(3 * rowsMegabytes + 200);
    expect(Math.max(...after.slice(3)) - Math.max(...after.slice(0, 3))).toBeLessThan(60); // again: no more than once
  });
});
