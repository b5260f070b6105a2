// EfficientNet-B0 (Tan & Le 2019, arXiv 1905.11946, table 1) with torchvision's parameter names.
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

/** A stage of equal blocks: how much wider they are inside, kernel, stride of the first, channels out, how many. */
type Stage = readonly [expand: number, kernel: number, stride: number, output: number, blocks: number];

const stages: readonly Stage[] = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
];

/** Probability of dropping the last block's branch in training; earlier blocks have less, in proportion. */
const DROP = 0.2;

const silu = new nn.SiLU({ inplace: true });
const sigmoid = new nn.Sigmoid();

/** Images (n, 3, h, w) → features (n, features), or (n, classes) with a classifier. */
export class EfficientNet extends nn.Module {
  readonly layers: nn.Sequential;
  readonly classifier: nn.Sequential | null;
  /** Width of the features before any classifier. */
  readonly features: number;

  constructor({ stem = 'standard', width = 1, classes = null }: MobileOptions = {}) {
    super();
    const channels = (base: number) => scaledChannels(base, width);
    let input = channels(32);
    const first = { kernel: 3, stride: stem === 'standard' ? 2 : 1, activation: silu };
    const made: nn.Module[] = [new ConvNorm(3, input, first)];
    const total = stages.reduce((sum, [, , , , blocks]) => sum + blocks, 0);
    let place = 0;
    for (const [expand, kernel, stride, output, blocks] of stages) {
      const out = channels(output);
      const stage = Array.from({ length: blocks }, (_, i) => {
        const drop = (DROP * place++) / total;
        const block = mobileBlock({ input, out, expand, kernel, stride: i === 0 ? stride : 1, drop });
        input = out;
        return block;
      });
      made.push(new nn.Sequential(...stage));
    }
    this.features = 4 * input;
    made.push(new ConvNorm(input, this.features, { activation: silu }));
    this.layers = new nn.Sequential(...made);
    this.classifier =
      classes === null ? null : new nn.Sequential(new nn.Dropout(0.2), new nn.Linear(this.features, classes));
    for (const module of this.namedModules().values()) {
      if (module instanceof nn.Conv2d) initializeConvolution_(module);
      if (module instanceof nn.Linear) {
        const range = 1 / Math.sqrt(module.weight.shape[0]!);
        nn.init.uniform_(module.weight, -range, range);
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

interface MobileBlock {
  readonly input: number;
  readonly out: number;
  readonly expand: number;
  readonly kernel: number;
  readonly stride: number;
  readonly drop: number;
}

/** 1×1 that widens, depthwise, squeeze-and-excitation (of a quarter of the *input's* channels), 1×1 that narrows. */
function mobileBlock({ input, out, expand, kernel, stride, drop }: MobileBlock): InvertedResidual {
  const inside = scaledChannels(input, expand);
  const layers: nn.Module[] = [];
  if (inside !== input) layers.push(new ConvNorm(input, inside, { activation: silu }));
  layers.push(
    new ConvNorm(inside, inside, { kernel, stride, groups: inside, activation: silu }),
    new SqueezeExcitation(inside, Math.max(1, Math.floor(input / 4)), silu, sigmoid),
    new ConvNorm(inside, out),
  );
  return new InvertedResidual(layers, stride === 1 && input === out ? drop : null);
}
