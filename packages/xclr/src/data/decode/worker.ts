// Thread of the decode pool: decodes images into shared memory, one at a time.

import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { decodeImage } from './decode.js';
import type { Answer, Job, WorkerStart } from './protocol.js';

sharp.cache(false); // a training set is read in random order: a cache of operations only grows
sharp.concurrency(1); // the pool's workers are the parallelism

if (parentPort === null) throw new Error('decode/worker.ts runs only as a worker thread');
const holding = new Int32Array((workerData as WorkerStart).holding);

async function answer(job: Job): Promise<Answer> {
  Atomics.store(holding, 0, job.id);
  try {
    const { pixels, aspect } = await decodeImage(job.image, job.size);
    new Uint8Array(job.target, job.offset, pixels.length).set(pixels);
    return { id: job.id, aspect };
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ').trim();
    return { id: job.id, reason };
  } finally {
    Atomics.store(holding, 0, -1);
  }
}

let last: Promise<void> = Promise.resolve();

async function work(jobs: readonly Job[]): Promise<void> {
  const answers: Answer[] = [];
  for (const job of jobs) answers.push(await answer(job));
  parentPort?.postMessage(answers);
}

parentPort.on('message', (jobs: readonly Job[]) => {
  last = last.then(() => work(jobs)); // one message after the other, so that `holding` tells the truth
});
