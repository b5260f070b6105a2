// ResNet-10/18/34/50/101/152 (He et al. 2016, arXiv 1512.03385) with torchvision's parameter names, and the "D" variants (He et
// al. 2019, arXiv 1812.01187, figure 2) with timm's.
import { nn, type Tensor } from '@xclr/torch';

/** 'standard': 7×7 stride 2 and max-pool, for ≥ 64 px. 'small': 3×3 stride 1 and no pool, for ≤ 64 px (SimCLR, B.9). */
export type Stem = 'standard' | 'small';

export interface ResNetOptions {
  stem?: Stem;
  /** Multiplies every layer's channels; 1 is the published network. */
  width?: number;
  /** Adds the classifier `fc`; null (the default) makes an encoder: features after the average pool. */
  classes?: number | null;
}

/** What a ResNet of one depth is made of. */
export interface ResNetPlan {
  readonly block: 'basic' | 'bottleneck';
  readonly layers: readonly [number, number, number, number];
  /**
   * The "D" variant: three 3×3 convolutions in place of the 7×7, shortcuts that average before their 1×1 convolution, and
   * residual branches that begin at zero, as timm initializes them. False by default.
   */
  readonly deep?: boolean;
}

const relu = new nn.ReLU({ inplace: true });
const conv3x3 = (input: number, output: number, stride: number) =>
  new nn.Conv2d(input, output, 3, { stride, padding: 1, bias: false });
const conv1x1 = (input: number, output: number, stride: number) =>
  new nn.Conv2d(input, output, 1, { stride, bias: false });

/** The shortcut of a block whose shape changes; its children are '0' and '1' as in torchvision, '1' and '2' in variant D. */
function shortcut(input: number, output: number, stride: number, deep: boolean): nn.Sequential | null {
  if (stride === 1 && input === output) return null;
  if (deep) {
    const pool =
      stride === 1
        ? new nn.Identity()
        : new nn.AvgPool2d(2, { stride, ceilMode: true, countIncludePad: false });
    return new nn.Sequential(pool, conv1x1(input, output, 1), new nn.BatchNorm2d(output));
  }
  return new nn.Sequential(conv1x1(input, output, stride), new nn.BatchNorm2d(output));
}

function plainStem(channels: number, stem: Stem): nn.Conv2d {
  return stem === 'standard'
    ? new nn.Conv2d(3, channels, 7, { stride: 2, padding: 3, bias: false })
    : conv3x3(3, channels, 1);
}

/** Three 3×3 convolutions, the first two half as wide; its children are '0' … '6' as in timm. */
function deepStem(channels: number, stem: Stem): nn.Sequential {
  const half = channels / 2;
  return new nn.Sequential(
    conv3x3(3, half, stem === 'standard' ? 2 : 1),
    new nn.BatchNorm2d(half),
    relu,
    conv3x3(half, half, 1),
    new nn.BatchNorm2d(half),
    relu,
    conv3x3(half, channels, 1),
  );
}

/** Two 3×3 convolutions. */
class BasicBlock extends nn.Block {
  readonly conv1;
  readonly bn1;
  readonly conv2;
  readonly bn2;
  readonly downsample;

  constructor(input: number, channels: number, stride: number, deep: boolean) {
    super();
    this.conv1 = conv3x3(input, channels, stride);
    this.bn1 = new nn.BatchNorm2d(channels);
    this.conv2 = conv3x3(channels, channels, 1);
    this.bn2 = new nn.BatchNorm2d(channels);
    this.downsample = shortcut(input, channels, stride, deep);
  }

  forward(x: Tensor): Tensor {
    let h = this.conv1.call(x); // (n, c, h/stride, w/stride)
    h = this.bn1.callRelu(h);
    h = this.conv2.call(h);
    return this.bn2.callRelu(h, this.downsample === null ? x : this.downsample.call(x));
  }
}

/** 1×1, 3×3 with the stride (torchvision's "v1.5"), 1×1 to four times the channels. */
class Bottleneck extends nn.Block {
  readonly conv1;
  readonly bn1;
  readonly conv2;
  readonly bn2;
  readonly conv3;
  readonly bn3;
  readonly downsample;

  constructor(input: number, channels: number, stride: number, deep: boolean) {
    super();
    this.conv1 = conv1x1(input, channels, 1);
    this.bn1 = new nn.BatchNorm2d(channels);
    this.conv2 = conv3x3(channels, channels, stride);
    this.bn2 = new nn.BatchNorm2d(channels);
    this.conv3 = conv1x1(channels, 4 * channels, 1);
    this.bn3 = new nn.BatchNorm2d(4 * channels);
    this.downsample = shortcut(input, 4 * channels, stride, deep);
  }

  forward(x: Tensor): Tensor {
    let h = this.bn1.callRelu(this.conv1.call(x)); // (n, c, h, w)
    h = this.bn2.callRelu(this.conv2.call(h)); // (n, c, h/stride, w/stride)
    h = this.conv3.call(h); // (n, 4c, h/stride, w/stride)
    return this.bn3.callRelu(h, this.downsample === null ? x : this.downsample.call(x));
  }
}

/** Images (n, 3, h, w) → features (n, features), or (n, classes) with a classifier. */
export class ResNet extends nn.Module {
  readonly conv1;
  readonly bn1;
  readonly layer1;
  readonly layer2;
  readonly layer3;
  readonly layer4;
  readonly fc: nn.Linear | null;
  /** Width of the features before any classifier. */
  readonly features: number;
  readonly #maxpool: nn.MaxPool2d | null;

  constructor(plan: ResNetPlan, { stem = 'standard', width = 1, classes = null }: ResNetOptions = {}) {
    super();
    const channels = (base: number) => Math.max(8, Math.round((base * width) / 8) * 8);
    const expansion = plan.block === 'basic' ? 1 : 4;
    const first = channels(64);
    this.conv1 = plan.deep ? deepStem(first, stem) : plainStem(first, stem);
    this.bn1 = new nn.BatchNorm2d(first);
    this.#maxpool = stem === 'standard' ? new nn.MaxPool2d(3, { stride: 2, padding: 1 }) : null;
    let input = first;
    const layer = (base: number, blocks: number, stride: number) => {
      const made = Array.from({ length: blocks }, (_, i) => {
        const Block = plan.block === 'basic' ? BasicBlock : Bottleneck;
        const block = new Block(input, channels(base), i === 0 ? stride : 1, plan.deep ?? false);
        input = channels(base) * expansion;
        return block;
      });
      return new nn.Sequential(...made);
    };
    this.layer1 = layer(64, plan.layers[0], 1);
    this.layer2 = layer(128, plan.layers[1], 2);
    this.layer3 = layer(256, plan.layers[2], 2);
    this.layer4 = layer(512, plan.layers[3], 2);
    this.features = input;
    this.fc = classes === null ? null : new nn.Linear(input, classes);
    for (const module of this.namedModules().values()) {
      if (module instanceof nn.Conv2d)
        nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
      if (plan.deep && module instanceof BasicBlock) nn.init.zeros_(module.bn2.weight!);
      if (plan.deep && module instanceof Bottleneck) nn.init.zeros_(module.bn3.weight!);
    }
  }

  forward(images: Tensor): Tensor {
    let h = this.conv1.call(images);
    h = this.bn1.callRelu(h);
    if (this.#maxpool !== null) h = this.#maxpool.call(h);
    h = this.layer1.call(h);
    h = this.layer2.call(h);
    h = this.layer3.call(h);
    h = this.layer4.call(h); // (n, features, h/32, w/32)
    const pooled = h.adaptiveAvgPool2d(1).flatten({ startDim: 1 }); // (n, features)
    return this.fc === null ? pooled : this.fc.call(pooled);
  }
}
