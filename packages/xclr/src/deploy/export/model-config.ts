// config.json: enough for transformers.js to know what to load, and for people to know what it is.
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
    xclr: { encoder: name, stem, width },
  };
}
