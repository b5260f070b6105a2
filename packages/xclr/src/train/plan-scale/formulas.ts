// What a training of many images on many GPUs takes, by stated formulas; docs/scale.md explains each.

/** What the formulas start from. */
export interface ScaleFacts {
  /** Images that train, N. */
  readonly images: number;
  readonly epochs: number;
  /** Views of an image, v. */
  readonly views: number;
  /** Images a step of one GPU, b. */
  readonly batchSize: number;
  /** G. */
  readonly gpus: number;
  /** Views a second of the step on one GPU. */
  readonly stepRate: number;
  /** Views a second that the processors of one GPU make. */
  readonly inputRate: number;
  /** Numbers that are trained, P. */
  readonly parameters: number;
  /** Bytes a view. */
  readonly activationBytes: number;
  readonly normChannels: number;
  /** Outputs of the projector, p. */
  readonly outputs: number;
  /** Side of a view in pixels, s. */
  readonly size: number;
  /** Numbers of a caption's vector, d. */
  readonly captionDimensions: number;
  /** Mean bytes of an encoded image in a shard. */
  readonly imageBytes: number;
}

/** All bytes are of one GPU, but for the caption store. */
export interface ScalePlan {
  readonly steps: number;
  readonly hours: number;
  /** What a step waits for. */
  readonly limit: 'step' | 'images';
  /** Views a second of all GPUs. */
  readonly viewsPerSecond: number;
  readonly packedBytesPerSecond: number;
  readonly shardBytesPerSecond: number;
  readonly captionStoreBytes: number;
  readonly memory: {
    readonly weights: number;
    readonly activations: number;
    readonly loss: number;
    readonly total: number;
  };
  readonly sent: {
    readonly gradients: number;
    readonly embeddings: number;
    readonly norms: number;
    readonly total: number;
  };
  /** Bytes a second that must be sent for them to take as long as a step; 0 for one GPU. */
  readonly sentPerSecond: number;
}

/** Gradients of activations beside these; squares of similarities that loss and gradient hold (train/memory/estimate.ts). */
const [backward, squares] = [1.1, 10];

export function planScale(facts: ScaleFacts): ScalePlan {
  const { images, epochs, views, batchSize, gpus, parameters, outputs, size } = facts;
  const rate = Math.min(facts.stepRate, facts.inputRate);
  const rows = views * batchSize;
  const columns = rows * gpus;
  const imagesPerSecond = rate / views;
  const weights = 4 * parameters * 3; // weights, gradients, momentum
  const activations = backward * facts.activationBytes * rows;
  const loss = 4 * squares * rows * columns;
  const shared = gpus > 1;
  const sent = {
    gradients: shared ? 4 * parameters : 0,
    embeddings: shared ? 4 * rows * outputs * (1 + gpus) : 0,
    norms: shared ? 16 * facts.normChannels : 0,
  };
  const total = sent.gradients + sent.embeddings + sent.norms;
  return {
    steps: Math.round(epochs * Math.floor(images / (gpus * batchSize))),
    hours: (images * epochs * views) / (gpus * rate) / 3600,
    limit: facts.stepRate <= facts.inputRate ? 'step' : 'images',
    viewsPerSecond: gpus * rate,
    packedBytesPerSecond: imagesPerSecond * 4 * (2 * size) ** 2, // 3 bytes a pixel, 4:3, the shorter side twice a view's
    shardBytesPerSecond: imagesPerSecond * facts.imageBytes,
    captionStoreBytes: 2 * images * facts.captionDimensions,
    memory: { weights, activations, loss, total: weights + activations + loss },
    sent: { ...sent, total },
    sentPerSecond: (total * rate) / rows,
  };
}
