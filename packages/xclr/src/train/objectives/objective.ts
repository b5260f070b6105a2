// What a method makes of a batch: the modules that it trains, and the loss that they are trained by.
import type { Device, Tensor } from '@xclr/torch';
import type { Dataset } from '../../data/index.js';
import type { SimilarityGraph, TargetStatistics } from '../../graph/index.js';
import type { TrainConfig } from '../config.js';
import type { TrainingModel } from '../training-model.js';
import type { JoinedBatch } from '../world/world.js';

/** The augmented views of some samples. */
export interface SampleViews {
  /** (v·b, 3, s, s), view-major; a tensor for each size of view. */
  readonly sizes: readonly Tensor[];
  /** Places (b) in the data set. */
  readonly own: Int32Array;
  readonly epoch: number;
}

/** The samples of a batch, whose embeddings are compared; `ids` are those of all processes. */
export interface ComparedBatch extends JoinedBatch {
  /** Places (b) in the data set of this process's samples. */
  readonly own: Int32Array;
  readonly epoch: number;
}

/** The augmented views of a batch, and with whose they are compared. */
export interface BatchViews extends SampleViews, ComparedBatch {}

/** Something wrong with a batch that only the device knows yet. */
export interface Fault {
  /** (): not 0 where it is so. */
  readonly flag: Tensor;
  error(): Error;
}

/** What the log tells of a batch's targets, as sums on the device that are read with the loss. */
export interface PendingStatistics {
  /** (k) over this process's rows, or null where nothing needs to be read. */
  readonly sums: Tensor | null;
  /** @param sums over the rows of all processes */
  read(sums: readonly number[]): TargetStatistics;
}

/** What comes of this process's rows; those of all processes make the batch's. */
export interface Measured {
  /** A scalar, in nats: the mean over this process's rows. */
  readonly loss: Tensor;
  /** False where the batch has nothing that could be told apart, and the loss is 0 whatever the model; true by default. */
  readonly comparable?: boolean;
  /** Stops the run before the weights change. */
  readonly fault?: Fault;
  /** What the batch's targets ask for, for the log; costs a little, so it is made when asked for. */
  statistics(): PendingStatistics;
}

/** The modules in training, and how they are measured. */
export interface Learner {
  readonly model: TrainingModel;
  /**
   * The networks on the views of a batch or of a part of it: what the loss is made from, rows (m·b, d) each, with m the views of a
   * sample (view-major) or 1.
   */
  embed(views: SampleViews): readonly Tensor[];
  /** What else is compared, rows without gradient: a teacher's vectors. */
  observe?(views: SampleViews): readonly Tensor[];
  /** The loss of a batch. @param observed of `observe` */
  compare(embedded: readonly Tensor[], observed: readonly Tensor[], batch: ComparedBatch): Measured;
  /** Brings parameters back into their range after the optimizer's step. */
  afterStep?(): void;
}

/** The loss of a batch whose views go through the networks all at once. */
export function measure(learner: Learner, views: BatchViews): Measured {
  return learner.compare(learner.embed(views), learner.observe?.(views) ?? [], views);
}

/** A method on a data set. One file a family in this folder; `createObjective` knows them all. */
export interface Objective extends Disposable {
  /** For people and the run's record: 'caption similarity by wordnet, τ_s 0.1'. */
  readonly description: string;
  /** What deserves to be told once. */
  readonly notes: readonly string[];
  /** What one view is compared with: 'a view is compared with 510 views of other images'. */
  readonly contrast: string;
  /** Where targets come from, for those methods that have one. */
  readonly graph?: SimilarityGraph;
  /** Views of full size that each image gives. */
  readonly views: number;
  /** Fresh modules on the device; LibTorch's generator decides the weights, so seed it first. */
  createLearner(): Learner;
  /** Loss of a random guess, for a batch of so many images, in nats. */
  chanceLoss(images: number): number;
}

/** What every objective is made from. */
export interface ObjectiveContext {
  readonly config: TrainConfig;
  readonly dataset: Dataset;
  /** Places of the training part and of the validation part. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly device: Device;
  /** Processes that train together, each with a batch of its own; 1 by default. */
  readonly processes?: number;
  readonly onNotice: (message: string) => void;
  /** Captions encoded so far, and all. */
  readonly onEncode?: (done: number, total: number) => void;
  /** Files that belong to the run, such as a tokenizer, are written here. */
  readonly runFolder: string;
}
