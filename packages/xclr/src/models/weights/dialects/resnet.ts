// Names of a ResNet's tensors elsewhere. Ours are torchvision's, which timm, MoCo, solo-learn and VISSL use too.
import { type Dialect, renamed, sameNames } from './dialect.js';

/** As the children of a Sequential (conv1, bn1, ReLU, pool, layer1 …), which lightly's examples make of torchvision's. */
function asSequential(deep: boolean): Dialect {
  const places: Readonly<Record<string, number>> = {
    conv1: 0,
    bn1: 1,
    layer1: 4,
    layer2: 5,
    layer3: 6,
    layer4: 7,
  };
  return {
    name: 'a Sequential of its children, as lightly makes it',
    anchor: deep ? '0.0.weight' : '0.weight',
    sources: (ours) => {
      const [first = '', ...rest] = ours.split('.');
      const place = places[first];
      return place === undefined ? [] : [[place, ...rest].join('.')];
    },
  };
}

/** ResNetModel of Hugging Face's transformers. */
const huggingFace: Dialect = {
  name: "Hugging Face's transformers",
  anchor: 'embedder.embedder.convolution.weight',
  sources: (ours) => {
    const [name = ''] = renamed([
      [/^conv1\.(.+)$/, 'embedder.embedder.convolution.$1'],
      [/^bn1\.(.+)$/, 'embedder.embedder.normalization.$1'],
      [/^(layer\d)\.(\d+)\.conv(\d)\.(.+)$/, '$1/$2.layer.$3/convolution.$4'],
      [/^(layer\d)\.(\d+)\.bn(\d)\.(.+)$/, '$1/$2.layer.$3/normalization.$4'],
      [/^(layer\d)\.(\d+)\.downsample\.0\.(.+)$/, '$1/$2.shortcut.convolution.$3'],
      [/^(layer\d)\.(\d+)\.downsample\.1\.(.+)$/, '$1/$2.shortcut.normalization.$3'],
    ])(ours);
    if (name === '') return [];
    return [
      name
        .replace(/^layer(\d)\//, (_, stage: string) => `encoder.stages.${Number(stage) - 1}.layers.`)
        .replace(/\.layer\.(\d)\//, (_, layer: string) => `.layer.${Number(layer) - 1}.`),
    ];
  },
};

export function resnetDialects(deep: boolean): readonly Dialect[] {
  if (deep) return [sameNames('timm', 'conv1.0.weight'), asSequential(true)];
  return [sameNames('torchvision and timm', 'conv1.weight'), asSequential(false), huggingFace];
}
