// A process in which only worker threads load the addon, one after another: the code must outlive the first of them.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

for (const thread of [1, 2]) {
  const worker = new Worker(new URL('./hammer.mjs', import.meta.url), {
    workerData: { thread, rounds: 20, abandon: true },
  });
  const [[{ weight }]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  console.log(thread, Math.abs(weight - thread) < 1e-3);
}
const { hammer } = await import('./hammer.mjs');
console.log('main', hammer(3, 20).leaked);
