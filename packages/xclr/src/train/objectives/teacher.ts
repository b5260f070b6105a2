// A teacher of the encoder's own: the moving average of its weights, which tells how similar images look.
import { nn, noGrad, scoped, type Tensor } from '@xclr/torch';
import { createParts, type ModelConfig, type TrainingModel } from '../training-model.js';

/** The average of encoder and projector; saved with the run, never trained. Views (n, 3, s, s) → z (n, d). */
export class Teacher extends nn.Module {
  readonly encoder: nn.Module;
  readonly projector: nn.Module;

  /** Begins with the student's weights. */
  constructor(config: ModelConfig, student: Pick<TrainingModel, 'encoder' | 'projector'>) {
    super();
    const { encoder, projector } = createParts(config);
    this.encoder = encoder;
    this.projector = projector;
    // What is a parameter of the student is a buffer here: saved and moved with the model, unseen by the optimizer.
    for (const weight of this.parameters()) nn.buffer(weight.requiresGrad_(false));
    encoder.loadStateDict(student.encoder.stateDict());
    projector.loadStateDict(student.projector!.stateDict());
  }

  forward(views: Tensor): Tensor {
    return this.projector.call(this.encoder.call(views)); // (n, d)
  }

  /** w ← m · w + (1 − m) · student's w, after a step; batch norm's own statistics are the teacher's. */
  follow({ encoder, projector }: Pick<TrainingModel, 'encoder' | 'projector'>, momentum: number): void {
    noGrad(() =>
      scoped(() => {
        for (const [own, student] of [
          [this.encoder, encoder],
          [this.projector, projector!],
        ] as const) {
          const weights = own.namedBuffers();
          for (const [name, weight] of student.namedParameters()) {
            weights.get(name)!.lerp_(weight, 1 - momentum);
          }
        }
      }),
    );
  }
}
