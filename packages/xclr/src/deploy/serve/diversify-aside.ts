// Much variety is computed on a thread of its own: a thousand results are chosen from five thousand candidates.
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../util/worker-url.js';
import { type Diversify, diversified } from '../search/index.js';

/** Products of numbers below which it is done at once: some ten milliseconds. */
const little = 1e7;

/** As `diversified`, without keeping this thread from answering others. */
export const diversifyAside: Diversify = (similarities, vectors, k, diversity) => {
  if (k * vectors.length <= little) return diversified(similarities, vectors, k, diversity);
  return new Promise<number[]>((resolve, reject) => {
    const worker = new Worker(workerUrl(import.meta.url, './diversify-worker.js'), {
      workerData: { similarities, vectors, k, diversity },
      transferList: [vectors.buffer as ArrayBuffer],
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with exit code ${code}`)));
  });
};
