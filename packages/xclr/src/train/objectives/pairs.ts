// The pairs of a batch: their targets, softened, mixed with a teacher's, or reaching into a memory, as the settings ask.
import { cat, nn, noGrad, type Tensor } from '@xclr/torch';
import { distributionSums, type SimilarityGraph, statisticsOfSums } from '../../graph/index.js';
import {
  memoryLoss,
  memoryTargets,
  mixTargets,
  noPositive,
  smoothTargets,
  softTargetLoss,
  softTargets,
} from '../../losses/index.js';
import type { TrainConfig } from '../config.js';
import { forwardViews, inPrecision } from './forward.js';
import type { EmbeddingMemory } from './memory.js';
import type { BatchViews, Fault, Measured, PendingStatistics } from './objective.js';
import type { Teacher } from './teacher.js';

export interface PairSetup {
  readonly config: TrainConfig;
  readonly device: string;
  readonly graph: SimilarityGraph;
  /** Views of all sizes an image. */
  readonly viewsEach: number;
}

/** What a model has beside encoder and projector for its pairs. */
export interface PairHelpers {
  readonly teacher: Teacher | null;
  /** Null in evaluation mode: the validation loss is that of the batch alone. */
  readonly memory: EmbeddingMemory | null;
}

/** The loss of the pairs of a batch, over all processes. @param z (v·B, d) */
export function measurePairs(
  { config, device, graph, viewsEach }: PairSetup,
  z: Tensor,
  batch: BatchViews,
  { teacher, memory }: PairHelpers = { teacher: null, memory: null },
): Measured {
  const { temperature, targetSmoothing, teacher: settings } = config.loss;
  const ids = repeated(batch.ids, viewsEach);
  const { epoch } = batch;
  const past = memory?.ids();
  if (memory !== null && past !== undefined) {
    const n = ids.length;
    const all = new Int32Array(n + past.length);
    all.set(ids);
    all.set(past, n);
    const logits = graph.logits(all, { epoch }); // (n + m, n + m)
    const targets = memoryTargets(logits.narrow(0, 0, n).to({ dtype: 'float32' })); // (n, n + m)
    return {
      loss: memoryLoss(z, memory.embeddings, targets, { temperature }),
      fault: faultOf(targets),
      statistics: () => statisticsWithMemory(targets, viewsEach),
    };
  }
  const logits = graph.logits(ids, { epoch }); // (v·B, v·B)
  const own = softTargets(logits.to({ dtype: 'float32' })); // (v·B, v·B), for the loss and the log
  const smooth = targetSmoothing === 0 ? own : smoothTargets(own, targetSmoothing);
  const targets =
    teacher === null
      ? smooth
      : mixTargets(smooth, vectorsOf(teacher, batch, { config, device }), settings.weight, {
          temperature: settings.temperature,
        });
  return {
    loss: softTargetLoss(z, targets, { temperature }),
    fault: faultOf(own),
    statistics: () => ({
      sums: distributionSums(targets, { views: viewsEach }), // (2)
      read: (sums) => statisticsOfSums(sums, ids.length),
    }),
  };
}

/** A row without any positive is NaN. */
const faultOf = (targets: Tensor): Fault => ({ flag: targets.isnan().any(), error: noPositive });

/** Of targets (n, n + m) over the batch's views and a memory. */
function statisticsWithMemory(targets: Tensor, views: number): PendingStatistics {
  const n = targets.size(0);
  const terms = targets.mul(targets.log().maskedFill(targets.eq(0), 0)); // (n, n + m)
  const mass = distributionSums(targets.narrow(1, 0, n), { views }).narrow(0, 1, 1); // (1)
  return {
    sums: cat([terms.sum().unsqueeze(0), mass], { dim: 0 }), // (2)
    read: (sums) => statisticsOfSums(sums, n),
  };
}

/** (v·B, d) of the teacher, without gradients. */
function vectorsOf(
  teacher: Teacher,
  { sizes, rows }: BatchViews,
  { config, device }: Pick<PairSetup, 'config' | 'device'>,
): Tensor {
  // Its activations are not kept for a backward pass: who records the layers to estimate memory must not see them.
  const unseen = (leaf: nn.AnyModule, inputs: readonly unknown[]) => leaf.forward(...(inputs as never[]));
  return noGrad(() =>
    rows(nn.recordLeaves(unseen, () => inPrecision(config, device, () => forwardViews(sizes, teacher)))),
  );
}

/** Views come view-major: all first views, then all second ones, and so on. */
export function repeated(ids: Int32Array, views: number): Int32Array {
  return Int32Array.from({ length: views * ids.length }, (_, i) => ids[i % ids.length]!);
}
