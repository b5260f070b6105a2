"""ResNet-18 and ResNet-50 with torchvision's layers and names, for a Python that has torch without torchvision."""

from torch import nn


def conv(into, out, kernel, stride=1):
    return nn.Conv2d(into, out, kernel, stride, kernel // 2, bias=False)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, into, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(into, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3), nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(into, width, stride)

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.bn2(self.conv2(h))
        h += x if self.downsample is None else self.downsample(x)
        return self.relu(h)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, into, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(into, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3, stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = conv(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(into, 4 * width, stride)

    def forward(self, x):
        h = self.relu(self.bn1(self.conv1(x)))
        h = self.relu(self.bn2(self.conv2(h)))
        h = self.bn3(self.conv3(h))
        h += x if self.downsample is None else self.downsample(x)
        return self.relu(h)


def shortcut(into, out, stride):
    if stride == 1 and into == out:
        return None
    return nn.Sequential(conv(into, out, 1, stride), nn.BatchNorm2d(out))


class ResNet(nn.Module):
    def __init__(self, block, layers):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, 2), nn.BatchNorm2d(64)
        self.relu, self.maxpool = nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        into = 64
        for i, blocks in enumerate(layers):
            width = 64 << i
            made = []
            for k in range(blocks):
                made.append(block(into, width, 2 if i > 0 and k == 0 else 1))
                into = width * block.expansion
            setattr(self, f"layer{i + 1}", nn.Sequential(*made))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(into, 1000)

    def forward(self, x):
        h = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        h = self.layer4(self.layer3(self.layer2(self.layer1(h))))
        return self.fc(self.avgpool(h).flatten(1))


def resnet18():
    return ResNet(Basic, [2, 2, 2, 2])


def resnet50():
    return ResNet(Bottleneck, [3, 4, 6, 3])
