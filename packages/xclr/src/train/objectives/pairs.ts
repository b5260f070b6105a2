// The pairs of a batch: their targets, softened, mixed with a teacher's, or reaching into a memory, as the settings ask.
import { cat, type Tensor } from '@xclr/torch';
import { distributionSums, type SimilarityGraph, statisticsOfSums } from '../../graph/index.js';
import {
  memoryLoss,
  memoryTargets,
  mixTargets,
  noPositive,
  type StripTargets,
  smoothTargets,
  softTargetLoss,
  softTargets,
  stripSums,
  stripTargetLoss,
  targetRows,
} from '../../losses/index.js';
import type { TrainConfig } from '../config.js';
import type { EmbeddingMemory } from './memory.js';
import type { ComparedBatch, Fault, Measured, PendingStatistics } from './objective.js';
import { tileOf } from './strips.js';

export interface PairSetup {
  readonly config: TrainConfig;
  readonly graph: SimilarityGraph;
  /** Views of all sizes an image. */
  readonly viewsEach: number;
}

/** What the pairs of a batch have beside the graph. */
export interface PairHelpers {
  /** (v·B, d) of the same views, without gradient; null where there is no teacher. */
  readonly teacher: Tensor | null;
  /** Null in evaluation mode: the validation loss is that of the batch alone. */
  readonly memory: EmbeddingMemory | null;
}

/** The loss of the pairs of a batch: of this process's rows with the columns of all. @param z (v·B, d) */
export function measurePairs(
  setup: PairSetup,
  z: Tensor,
  batch: ComparedBatch,
  helpers: PairHelpers = { teacher: null, memory: null },
): Measured {
  const { config, graph, viewsEach } = setup;
  const ids = repeated(batch.ids, viewsEach);
  const past = helpers.memory?.ids();
  const columns = ids.length + (past?.length ?? 0);
  const tile = tileOf(config.loss, { columns, part: batch.own.length < batch.ids.length });
  if (tile !== null) return measureStrips(setup, z, batch, { ...helpers, ids, past, tile });
  const { temperature, targetSmoothing, teacher: settings } = config.loss;
  const { epoch } = batch;
  const { teacher, memory } = helpers;
  if (memory !== null && past !== undefined) {
    const logits = graph.logits(joined(ids, past), { epoch }); // (n + m, n + m)
    const targets = memoryTargets(logits.narrow(0, 0, ids.length).to({ dtype: 'float32' })); // (n, n + m)
    return {
      loss: memoryLoss(z, memory.embeddings, targets, { temperature }),
      fault: faultOf(targets),
      statistics: () => statisticsWithMemory(targets, viewsEach),
    };
  }
  const logits = graph.logits(ids, { epoch }); // (v·B, v·B)
  const own = softTargets(logits.to({ dtype: 'float32' })); // (v·B, v·B), for the loss and the log
  const smooth = targetSmoothing === 0 ? own : smoothTargets(own, targetSmoothing);
  const { weight, temperature: ofTeacher } = settings;
  const targets = teacher === null ? smooth : mixTargets(smooth, teacher, weight, { temperature: ofTeacher });
  return {
    loss: softTargetLoss(z, targets, { temperature }),
    fault: faultOf(own),
    statistics: () => ({
      sums: distributionSums(targets, { views: viewsEach }), // (2)
      read: (sums) => statisticsOfSums(sums, ids.length),
    }),
  };
}

interface Cut extends PairHelpers {
  /** (v·B) places of all views. */
  readonly ids: Int32Array;
  /** (m) places of what the memory holds. */
  readonly past: Int32Array | undefined;
  readonly tile: number;
}

/** The same by strips of rows, of this process's rows alone. */
function measureStrips(
  { config, graph, viewsEach }: PairSetup,
  z: Tensor,
  { ownRows, epoch }: ComparedBatch,
  { teacher, memory, ids, past, tile }: Cut,
): Measured {
  const { temperature, targetSmoothing, teacher: settings } = config.loss;
  const graphRows = graph.rows(past === undefined ? ids : joined(ids, past), { epoch });
  const columns = ids.length + (past?.length ?? 0);
  const targets: StripTargets = (range) => {
    const { start } = range;
    const own = targetRows((some) => graphRows.logits(some).to({ dtype: 'float32' }), range, columns); // (r, c)
    const smooth = targetSmoothing === 0 ? own : smoothTargets(own, targetSmoothing, { start });
    if (teacher === null) return smooth;
    return mixTargets(smooth, teacher, settings.weight, { temperature: settings.temperature, start });
  };
  const rows = ownRows(viewsEach);
  const { loss, invalid } = stripTargetLoss(z, targets, {
    ...{ temperature, tile, rows },
    ...(past !== undefined && memory !== null && { memory: memory.embeddings }),
  });
  return {
    loss,
    fault: { flag: invalid, error: noPositive },
    statistics: () => ({
      sums: stripSums(targets, ids.length, { views: viewsEach, tile, rows }), // (2)
      read: (sums) => statisticsOfSums(sums, ids.length),
    }),
  };
}

/** A row without any positive is NaN. */
const faultOf = (targets: Tensor): Fault => ({ flag: targets.isnan().any(), error: noPositive });

/** The places of a batch's views, then those of a memory. */
function joined(ids: Int32Array, past: Int32Array): Int32Array {
  const all = new Int32Array(ids.length + past.length);
  all.set(ids);
  all.set(past, ids.length);
  return all;
}

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

/** Views come view-major: all first views, then all second ones, and so on. */
export function repeated(ids: Int32Array, views: number): Int32Array {
  return Int32Array.from({ length: views * ids.length }, (_, i) => ids[i % ids.length]!);
}
