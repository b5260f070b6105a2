// The projector: a small perceptron between the encoder and the loss, thrown away after training.
import { nn, type Tensor } from '@xclr/torch';

/** Sizes of the projector. */
export interface ProjectorOptions {
  /** Width of the hidden layers. Default: the input's. */
  hidden?: number;
  /** Width of z; 128 in SimCLR and X-CLR. */
  output?: number;
  /** Linear layers in all; 2 in SimCLR's first version and X-CLR. */
  layers?: number;
}

/** Features (n, d) → z (n, output), not normalized: the loss does that. Linear, batch norm, ReLU, …, linear. */
export class Projector extends nn.Module {
  readonly layers: nn.Sequential;
  readonly output: number;

  constructor(input: number, { hidden = input, output = 128, layers = 2 }: ProjectorOptions = {}) {
    super();
    const made: nn.Module[] = [];
    let width = input;
    for (let i = 1; i < layers; i++) {
      made.push(
        new nn.Linear(width, hidden, { bias: false }),
        new nn.BatchNorm1d(hidden),
        new nn.ReLU({ inplace: true }),
      );
      width = hidden;
    }
    made.push(new nn.Linear(width, output, { bias: false }));
    this.layers = new nn.Sequential(...made);
    this.output = output;
  }

  forward(features: Tensor): Tensor {
    return this.layers.call(features); // (n, output)
  }
}
