// Worker threads: each has its own handles, so two that work at once neither see nor free each other's tensors.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { liveTensors, ones } from '@xclr/torch';
import { describe, expect, it } from 'vitest';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Result {
  readonly weight: number;
  readonly leaked: number;
}

interface Work {
  readonly thread: number;
  readonly rounds: number;
  readonly abandon?: boolean;
}

async function inWorker(work: Work): Promise<Result> {
  const worker = new Worker(file('./hammer.mjs'), { workerData: work });
  const [[result]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [
    [Result],
    unknown,
  ];
  return result;
}

describe('worker threads', () => {
  it('keep their tensors apart while they work at once, the main thread among them', async () => {
    const { hammer } = (await import(file('./hammer.mjs'))) as {
      hammer: (thread: number, rounds: number) => Result;
    };
    using mine = ones([3]);
    const before = liveTensors();
    // With one table for all, a few rounds end in wrong values or a crash.
    const workers = [1, 2].map((thread) => inWorker({ thread, rounds: 400 }));
    await new Promise((resolve) => setTimeout(resolve, 300)); // both have started
    const results = [hammer(3, 400), ...(await Promise.all(workers))];
    for (const [i, thread] of [3, 1, 2].entries()) {
      expect(results[i]!.leaked).toBe(0);
      expect(results[i]!.weight).toBeCloseTo(thread, 3);
    }
    expect(liveTensors()).toBe(before);
    expect(mine.toNumbers()).toEqual([1, 1, 1]);
  });

  it('take their tensors with them when they end', async () => {
    const before = liveTensors();
    await inWorker({ thread: 1, rounds: 10, abandon: true });
    expect(liveTensors()).toBe(before);
  });

  it('can load the addon one after another without the main thread', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [file('./alone-in-a-worker.mjs')]);
    expect(stdout).toBe('1 true\n2 true\nmain 0\n');
  });
});
