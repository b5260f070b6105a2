// Thread that lays vectors out on a plane, one task after the other.
import { parentPort } from 'node:worker_threads';
import { type LayoutTask, layoutOf } from './layout.js';

parentPort?.on('message', (task: LayoutTask) => {
  parentPort?.postMessage(layoutOf(task));
});
