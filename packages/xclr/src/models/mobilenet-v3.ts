// MobileNetV3 (Howard et al. 2019, arXiv 1905.02244, tables 1 and 2) with torchvision's parameter names.
import { nn, type Tensor } from '@xclr/torch';
import {
  ConvNorm,
  InvertedResidual,
  initializeConvolution_,
  type MobileOptions,
  SqueezeExcitation,
  scaledChannels,
  torchvisionMembers,
} from './mobile-blocks.js';

/** One bottleneck: kernel, channels inside and out, squeeze-and-excitation, hard swish (else ReLU), stride. */
type Row = readonly [
  kernel: number,
  expanded: number,
  output: number,
  squeezes: boolean,
  swish: boolean,
  stride: number,
];

/** What a MobileNetV3 of one size is made of. */
export interface MobileNetPlan {
  readonly rows: readonly Row[];
  /** Width of the classifier's hidden layer. */
  readonly hidden: number;
}

export const mobileNetV3Small: MobileNetPlan = {
  rows: [
    [3, 16, 16, true, false, 2],
    [3, 72, 24, false, false, 2],
    [3, 88, 24, false, false, 1],
    [5, 96, 40, true, true, 2],
    [5, 240, 40, true, true, 1],
    [5, 240, 40, true, true, 1],
    [5, 120, 48, true, true, 1],
    [5, 144, 48, true, true, 1],
    [5, 288, 96, true, true, 2],
    [5, 576, 96, true, true, 1],
    [5, 576, 96, true, true, 1],
  ],
  hidden: 1024,
};

export const mobileNetV3Large: MobileNetPlan = {
  rows: [
    [3, 16, 16, false, false, 1],
    [3, 64, 24, false, false, 2],
    [3, 72, 24, false, false, 1],
    [5, 72, 40, true, false, 2],
    [5, 120, 40, true, false, 1],
    [5, 120, 40, true, false, 1],
    [3, 240, 80, false, true, 2],
    [3, 200, 80, false, true, 1],
    [3, 184, 80, false, true, 1],
    [3, 184, 80, false, true, 1],
    [3, 480, 112, true, true, 1],
    [3, 672, 112, true, true, 1],
    [5, 672, 160, true, true, 2],
    [5, 960, 160, true, true, 1],
    [5, 960, 160, true, true, 1],
  ],
  hidden: 1280,
};

const norm = { eps: 0.001, momentum: 0.01 };
const relu = new nn.ReLU({ inplace: true });
const hardswish = new nn.Hardswish({ inplace: true });
const hardsigmoid = new nn.Hardsigmoid();

/** Images (n, 3, h, w) → features (n, features), or (n, classes) with a classifier. */
export class MobileNetV3 extends nn.Module {
  readonly layers: nn.Sequential;
  readonly classifier: nn.Sequential | null;
  /** Width of the features before any classifier. */
  readonly features: number;

  constructor(
    { rows, hidden }: MobileNetPlan,
    { stem = 'standard', width = 1, classes = null }: MobileOptions = {},
  ) {
    super();
    const channels = (base: number) => scaledChannels(base, width);
    let input = channels(16);
    const stages: nn.Module[] = [
      new ConvNorm(3, input, {
        kernel: 3,
        stride: stem === 'standard' ? 2 : 1,
        norm,
        activation: hardswish,
      }),
    ];
    for (const [kernel, expanded, output, squeezes, swish, stride] of rows) {
      const out = channels(output);
      const inside = channels(expanded);
      const activation = swish ? hardswish : relu;
      const made: nn.Module[] = [];
      if (inside !== input) made.push(new ConvNorm(input, inside, { norm, activation }));
      made.push(new ConvNorm(inside, inside, { kernel, stride, groups: inside, norm, activation }));
      if (squeezes)
        made.push(
          new SqueezeExcitation(inside, scaledChannels(Math.floor(inside / 4), 1), relu, hardsigmoid),
        );
      made.push(new ConvNorm(inside, out, { norm }));
      stages.push(new InvertedResidual(made, stride === 1 && input === out ? 0 : null));
      input = out;
    }
    this.features = 6 * input;
    stages.push(new ConvNorm(input, this.features, { norm, activation: hardswish }));
    this.layers = new nn.Sequential(...stages);
    this.classifier =
      classes === null
        ? null
        : new nn.Sequential(
            new nn.Linear(this.features, channels(hidden)),
            hardswish,
            new nn.Dropout(0.2),
            new nn.Linear(channels(hidden), classes),
          );
    for (const module of this.namedModules().values()) {
      if (module instanceof nn.Conv2d) initializeConvolution_(module);
      if (module instanceof nn.Linear) {
        nn.init.normal_(module.weight, 0, 0.01);
        nn.init.zeros_(module.bias!);
      }
    }
  }

  protected override members() {
    return torchvisionMembers(super.members());
  }

  forward(images: Tensor): Tensor {
    const h = this.layers.call(images); // (n, features, h/32, w/32)
    const pooled = h.adaptiveAvgPool2d(1).flatten({ startDim: 1 }); // (n, features)
    return this.classifier === null ? pooled : this.classifier.call(pooled);
  }
}
