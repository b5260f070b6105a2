// How LibTorch's threads wait for each other: spinning is fastest on a machine of one's own and ruinous on a shared one.
//
// OpenMP's threads spin at the end of each operation. Where another process holds a core, the threads spin for one that
// does not run: steps of a small ResNet on two cores took 2 to 8 times as long as with threads that sleep, which cost 15 %
// on idle cores (docs/training.md). libgomp reads its settings when LibTorch loads, so this looks at the machine just before.
import { availableParallelism, cpus } from 'node:os';

/** Seconds of processor time since the machine started, over all its cores, beside the time itself. */
export interface ProcessorTimes {
  /** Time that cores spent working, for all processes. */
  readonly busy: number;
  /** Of that, by this process. */
  readonly own: number;
  /** Time in all, times the number of cores. */
  readonly total: number;
  readonly cores: number;
}

/** The times until now; the system counts them in steps of 10 ms. */
function processorTimes(): ProcessorTimes {
  const cores = cpus();
  let busy = 0;
  let total = 0;
  for (const { times } of cores) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working / 1000;
    total += (working + times.idle) / 1000;
  }
  const { user, system } = process.cpuUsage();
  return { busy, own: (user + system) / 1e6, total, cores: cores.length };
}

/** Cores that other processes left free between two looks; null where too little time passed to tell. @internal */
export function freeCores(before: ProcessorTimes, after: ProcessorTimes): number | null {
  const seconds = (after.total - before.total) / after.cores;
  if (!(seconds >= shortestLook / 2)) return null;
  const others = (after.busy - before.busy - (after.own - before.own)) / seconds;
  return after.cores - Math.max(0, others);
}

/** Seconds to look for. */
const shortestLook = 0.1;
/** Cores that others may use before the threads sleep: less is the noise of a machine of one's own. */
const allowed = 0.4;

const first = processorTimes();
const began = performance.now();

/** Of OpenBLAS's own threads, where it has some: 2⁴ cycles, the shortest that it takes, in place of 2²⁶. */
const blasSpin = '4';

/**
 * Lets OpenBLAS's threads sleep as soon as they have nothing to do, and OpenMP's where other processes use cores that they would run on. Settings of the
 * user's own (OPENBLAS_THREAD_TIMEOUT, OMP_WAIT_POLICY, GOMP_SPINCOUNT) stay. In a worker thread nothing is changed: its environment is a copy.
 */
export function chooseWaitPolicy(environment: NodeJS.ProcessEnv = process.env): void {
  environment.OPENBLAS_THREAD_TIMEOUT ??= blasSpin;
  if (environment.OMP_WAIT_POLICY !== undefined || environment.GOMP_SPINCOUNT !== undefined) return;
  const threads = Number(environment.OMP_NUM_THREADS ?? availableParallelism());
  if (!(threads > 1)) return; // one thread waits for no other
  const left = shortestLook * 1000 - (performance.now() - began);
  if (left > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left);
  const free = freeCores(first, processorTimes());
  if (free !== null && free < threads - allowed) environment.OMP_WAIT_POLICY = 'PASSIVE';
}
