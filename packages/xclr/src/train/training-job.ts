// What a training run is given, what it tells while it runs, and what it comes to.
import type { Dataset, ImageReader } from '../data/index.js';
import type { TrainConfig } from './config.js';
import type { StartingWeights } from './initial-weights.js';
import type { Objective } from './objectives/index.js';
import type { RunFolder } from './run-folder.js';
import type { Trackers } from './trackers/trackers.js';
import type { World } from './world/world.js';

/** What a training run is given; it owns none of it. */
export interface TrainingJob {
  readonly config: TrainConfig;
  readonly device: string;
  readonly dataset: Dataset;
  readonly store: ImageReader;
  readonly objective: Objective;
  readonly run: RunFolder;
  /** What a new run starts from; null for random weights. */
  readonly weights: StartingWeights | null;
  /** Indices into dataset.samples. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
  /** Mean bytes of a decoded image, estimated from a few. */
  readonly imageBytes: number;
  /** Where metrics are sent besides the run folder. */
  readonly trackers?: Trackers;
  /** The processes that train together, of which this is one; `alone` by default. */
  readonly world?: World;
  /** Stops after the present step, with a checkpoint. */
  readonly stop?: AbortSignal;
  readonly onStep?: (progress: TrainingProgress) => void;
  readonly onNotice?: (message: string) => void;
}

/** Where a training stands, after a step. */
export interface TrainingProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: number;
  readonly viewsPerSecond: number;
}

/** How a training ended. */
export interface TrainingOutcome {
  readonly finished: boolean;
  readonly step: number;
  readonly totalSteps: number;
  readonly seconds: number;
  /** Fraction of the step time spent waiting for images, without the first decoding of those that are kept in memory. */
  readonly dataFraction: number;
}
