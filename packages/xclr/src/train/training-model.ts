// What is trained: the encoder that is kept, and the projector that only the loss sees.
import { nn, type Tensor } from '@xclr/torch';
import { createEncoder, type Encoder, Projector } from '../models/index.js';
import type { TrainConfig } from './config.js';

/** Views (n, 3, s, s) → z (n, d), not normalized; where there is no projector, the encoder's features. */
export class TrainingModel extends nn.Module {
  readonly encoder: Encoder;
  readonly projector: Projector | null;

  constructor(encoder: Encoder, projector: Projector | null) {
    super();
    this.encoder = encoder;
    this.projector = projector;
  }

  forward(views: Tensor): Tensor {
    const features = this.encoder.call(views); // (n, features)
    return this.projector === null ? features : this.projector.call(features); // (n, d)
  }
}

/** What decides the shapes of encoder and projector. */
export type ModelConfig = Pick<TrainConfig, 'encoder' | 'projector'>;

/** Encoder and projector as the settings say; LibTorch's generator decides the weights, so seed it first. */
export function createParts({ encoder: settings, projector }: ModelConfig): {
  encoder: Encoder;
  projector: Projector;
} {
  const { name, stem, width } = settings;
  const encoder = createEncoder(name, { stem, width });
  const { hidden, out, layers } = projector;
  return {
    encoder,
    projector: new Projector(encoder.features, { hidden: hidden ?? encoder.features, output: out, layers }),
  };
}

/** A fresh model of encoder and projector. */
export function createTrainingModel(config: ModelConfig): TrainingModel {
  const { encoder, projector } = createParts(config);
  return new TrainingModel(encoder, projector);
}

/** The part of a run's model that evaluation looks at; its weights are to be loaded from a checkpoint. */
export function createEvaluationModel(config: ModelConfig & Pick<TrainConfig, 'method'>): TrainingModel {
  const { encoder, projector } = createParts(config);
  if (config.method !== 'supervised') return new TrainingModel(encoder, projector);
  projector.dispose();
  return new TrainingModel(encoder, null);
}
