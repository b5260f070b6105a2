// A residual network of basic blocks with torchvision's names, built from nn as a user would.
import { nn, type Tensor } from '../../src/index.js';

class BasicBlock extends nn.Module {
  readonly conv1;
  readonly bn1;
  readonly relu = new nn.ReLU({ inplace: true });
  readonly conv2;
  readonly bn2;
  readonly downsample: nn.Sequential | null;

  constructor(inChannels: number, channels: number, stride: number, downsample: nn.Sequential | null) {
    super();
    this.conv1 = new nn.Conv2d(inChannels, channels, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(channels);
    this.conv2 = new nn.Conv2d(channels, channels, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(channels);
    this.downsample = downsample;
  }

  forward(x: Tensor): Tensor {
    const inner = this.relu.call(this.bn1.call(this.conv1.call(x))); // (n, c, h, w)
    const outer = this.bn2.call(this.conv2.call(inner)); // (n, c, h, w)
    return this.relu.call(outer.add_(this.downsample?.call(x) ?? x)); // (n, c, h, w)
  }
}

function stage(inChannels: number, channels: number, stride: number): nn.Sequential {
  if (stride === 1 && inChannels === channels)
    return new nn.Sequential(new BasicBlock(inChannels, channels, 1, null));
  // torchvision draws the shortcut's weights before the block's.
  const shortcut = new nn.Conv2d(inChannels, channels, 1, { stride, bias: false });
  const downsample = new nn.Sequential(shortcut, new nn.BatchNorm2d(channels));
  return new nn.Sequential(new BasicBlock(inChannels, channels, stride, downsample));
}

/** torchvision's ResNet(BasicBlock, [1, 1, 1, 1]). */
export class ResNet10 extends nn.Module {
  readonly conv1 = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  readonly bn1 = new nn.BatchNorm2d(64);
  readonly relu = new nn.ReLU({ inplace: true });
  readonly maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  readonly layer1 = stage(64, 64, 1);
  readonly layer2 = stage(64, 128, 2);
  readonly layer3 = stage(128, 256, 2);
  readonly layer4 = stage(256, 512, 2);
  readonly avgpool = new nn.AdaptiveAvgPool2d(1);
  readonly fc;

  constructor(classes: number) {
    super();
    this.fc = new nn.Linear(512, classes);
    for (const module of this.namedModules().values()) {
      if (!(module instanceof nn.Conv2d)) continue;
      nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    }
  }

  forward(x: Tensor): Tensor {
    let y = this.maxpool.call(this.relu.call(this.bn1.call(this.conv1.call(x)))); // (n, 64, h/4, w/4)
    for (const layer of [this.layer1, this.layer2, this.layer3, this.layer4]) y = layer.call(y); // (n, 512, h/32, w/32)
    return this.fc.call(this.avgpool.call(y).flatten({ startDim: 1 })); // (n, classes)
  }
}
