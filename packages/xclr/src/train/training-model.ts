// What is trained: the encoder that is kept, and the projector that only the loss sees.
import { nn, type Tensor } from '@xclr/torch';
import { createEncoder, type Encoder, loadEncoderWeights, Projector } from '../models/index.js';
import type { TrainConfig } from './config.js';

/** Views (n, 3, s, s) → z (n, d), not normalised. */
export class TrainingModel extends nn.Module {
  readonly encoder: Encoder;
  readonly projector: Projector;

  constructor(encoder: Encoder, projector: Projector) {
    super();
    this.encoder = encoder;
    this.projector = projector;
  }

  forward(views: Tensor): Tensor {
    return this.projector.call(this.encoder.call(views)); // (n, d)
  }
}

/** A fresh model as the settings say; LibTorch's generator decides the weights, so seed it first. */
export function createTrainingModel(config: Pick<TrainConfig, 'encoder' | 'projector'>): TrainingModel {
  const { name, stem, width, weights } = config.encoder;
  const encoder = createEncoder(name, { stem, width });
  if (weights !== undefined) loadEncoderWeights(encoder, weights);
  const { hidden, out, layers } = config.projector;
  return new TrainingModel(
    encoder,
    new Projector(encoder.features, { hidden: hidden ?? encoder.features, output: out, layers }),
  );
}
