// Thread of the decode pool: decodes images, one at a time, and hands their pixels over.

import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { decodeImage } from './decode.js';
import type { Answer, Job, WorkerStart } from './protocol.js';

sharp.cache(false); // a training set is read in random order: a cache of operations only grows
sharp.concurrency(1); // the pool's workers are the parallelism

if (parentPort === null) throw new Error('decode/worker.ts runs only as a worker thread');
const holding = new Int32Array((workerData as WorkerStart).holding);

/** Pixels in memory of their own: the decoder's belongs to it, and cannot be handed over. */
function transferable(pixels: Uint8Array): Uint8Array {
  const own = Buffer.allocUnsafeSlow(pixels.length); // not zeroed first
  own.set(pixels);
  return new Uint8Array(own.buffer);
}

async function answer(job: Job): Promise<Answer> {
  Atomics.store(holding, 0, job.id);
  try {
    const decoded = await decodeImage(job.image, job.size);
    return { id: job.id, image: { ...decoded, pixels: transferable(decoded.pixels) } };
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
  const memory = answers.flatMap((one) => ('image' in one ? [one.image.pixels.buffer as ArrayBuffer] : []));
  parentPort?.postMessage(answers, memory);
}

parentPort.on('message', (jobs: readonly Job[]) => {
  last = last.then(() => work(jobs)); // one message after the other, so that `holding` tells the truth
});
