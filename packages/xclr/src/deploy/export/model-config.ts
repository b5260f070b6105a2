// config.json: enough for transformers.js to know what to load, and for people to know what it is.
import { imagenetStatistics } from '../../data/augment/recipe.js';
import { timmNames } from '../../models/index.js';
import type { TrainConfig } from '../../train/config.js';

/** The nearest architecture of Hugging Face's, by which transformers.js chooses how to load an encoder. */
function familyOf(name: string): { model_type: string; architectures: string[] } {
  if (name.startsWith('mobilenet_v3'))
    return { model_type: 'mobilenet_v3', architectures: ['MobileNetV3Model'] };
  if (name.startsWith('efficientnet'))
    return { model_type: 'efficientnet', architectures: ['EfficientNetModel'] };
  if (name.startsWith('vit')) return { model_type: 'vit', architectures: ['ViTModel'] };
  return { model_type: 'resnet', architectures: ['ResNetModel'] };
}

export function modelConfig(
  { encoder, views }: Pick<TrainConfig, 'encoder' | 'views'>,
  dimensions: number,
): Record<string, unknown> {
  const { name, stem, width } = encoder;
  return {
    ...familyOf(name),
    num_channels: 3,
    image_size: views.size,
    hidden_size: dimensions,
    projection_dim: dimensions,
    ...(knownToTimm({ name, stem, width }) && timmConfig(name, views.size, dimensions)),
    xclr: { encoder: name, stem, width },
  };
}

/** timm has no ResNet with one block a stage but ResNet-10-T, whose stem is another. */
function knownToTimm({
  name,
  stem,
  width,
}: Pick<TrainConfig['encoder'], 'name' | 'stem' | 'width'>): boolean {
  return stem === 'standard' && width === 1 && name !== 'resnet10';
}

/** What timm looks for: `timm.create_model('local-dir:FOLDER', pretrained=True)` then knows the architecture. */
function timmConfig(name: string, size: number, dimensions: number): Record<string, unknown> {
  return {
    architecture: timmNames[name] ?? name,
    num_classes: 0,
    num_features: dimensions,
    pretrained_cfg: { ...imagenetStatistics, input_size: [3, size, size], num_classes: 0 },
  };
}
