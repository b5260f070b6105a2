// Many small training steps, watching the number of live tensors and the resident memory.
import { readFileSync } from 'node:fs';
import { autocast, eye, liveTensors, manualSeed, optim, randn, scoped } from '@xclr/torch';
import { contrastiveLoss } from '../../src/losses/index.js';
import { createEncoder, Projector } from '../../src/models/index.js';
import { precisionOf } from '../../src/train/precision.js';

/** VmRSS in MiB; of the whole process, V8's heap included. */
function residentMebibytes(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

export interface Soak {
  /** Live tensors after each step but the first, in which the optimizer makes its state. */
  tensors: number[];
  /** MiB after each step. */
  resident: number[];
  losses: number[];
}

/**
 * Trains a ResNet-18 of a quarter's width on 8 views of 32 px: two views of 4 samples, float32 and bfloat16 in turn where the
 * processor computes in it.
 */
export function soak(steps: number): Soak {
  manualSeed(5);
  using encoder = createEncoder('resnet18', { width: 0.25 });
  using projector = new Projector(encoder.features, { output: 32 });
  const parameters = [...encoder.parameters(), ...projector.parameters()];
  using optimizer = new optim.SGD({ params: parameters }, { lr: 0.05, momentum: 0.9, weightDecay: 1e-4 });
  const seen: Soak = { tensors: [], resident: [], losses: [] };
  for (let step = 0; step < steps; step++) {
    const loss = scoped(() => {
      const samples = randn([4, 3, 32, 32]);
      const views = samples.repeat([2, 1, 1, 1]).add(randn([8, 3, 32, 32]), { alpha: 0.1 }); // (8, 3, 32, 32)
      const forward = () => projector.call(encoder.call(views)); // (8, 32)
      const plain = step % 2 === 0 || precisionOf('auto', 'cpu') === 'float32';
      const z = plain ? forward() : autocast('cpu', 'bfloat16', forward);
      const graph = eye(4).log().repeat([2, 2]); // (8, 8): 0 for the same sample, −∞ for others
      const value = contrastiveLoss(z, graph);
      optimizer.zeroGrad();
      value.backward();
      optimizer.step();
      return value.item();
    });
    if (step > 0) seen.tensors.push(liveTensors());
    seen.resident.push(residentMebibytes());
    seen.losses.push(loss);
  }
  return seen;
}

/** The median of the last `count` values before `end`: single readings jump with garbage collection. */
export function medianBefore(values: readonly number[], end: number, count: number): number {
  const sorted = values.slice(Math.max(0, end - count), end).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
