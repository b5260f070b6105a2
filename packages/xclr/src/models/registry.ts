// Encoders by name.
import type { nn } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { nearestNames } from '../util/nearest.js';
import { EfficientNet } from './efficientnet.js';
import { MobileNetV3, mobileNetV3Large, mobileNetV3Small } from './mobilenet-v3.js';
import { ResNet, type ResNetOptions } from './resnet.js';
import { VisionTransformer } from './vision-transformer.js';

/** An image encoder: (n, 3, h, w) → (n, features). */
export type Encoder = nn.Module & { readonly features: number };

/** What all of them take: stem, width, and a classifier's classes. */
export type EncoderOptions = ResNetOptions;

type Make = (options: EncoderOptions) => Encoder;

const encoders = {
  resnet10: (options) => new ResNet({ block: 'basic', layers: [1, 1, 1, 1] }, options),
  resnet18: (options) => new ResNet({ block: 'basic', layers: [2, 2, 2, 2] }, options),
  resnet34: (options) => new ResNet({ block: 'basic', layers: [3, 4, 6, 3] }, options),
  resnet50: (options) => new ResNet({ block: 'bottleneck', layers: [3, 4, 6, 3] }, options),
  resnet101: (options) => new ResNet({ block: 'bottleneck', layers: [3, 4, 23, 3] }, options),
  resnet152: (options) => new ResNet({ block: 'bottleneck', layers: [3, 8, 36, 3] }, options),
  resnet18d: (options) => new ResNet({ block: 'basic', layers: [2, 2, 2, 2], deep: true }, options),
  resnet50d: (options) => new ResNet({ block: 'bottleneck', layers: [3, 4, 6, 3], deep: true }, options),
  mobilenet_v3_small: (options) => new MobileNetV3(mobileNetV3Small, options),
  mobilenet_v3_large: (options) => new MobileNetV3(mobileNetV3Large, options),
  efficientnet_b0: (options) => new EfficientNet(options),
  vit_tiny_patch16_224: (options) => new VisionTransformer({ dim: 192, depth: 12, heads: 3 }, options),
  vit_small_patch16_224: (options) => new VisionTransformer({ dim: 384, depth: 12, heads: 6 }, options),
  vit_base_patch16_224: (options) => new VisionTransformer({ dim: 768, depth: 12, heads: 12 }, options),
} as const satisfies Record<string, Make>;

/** The name of an architecture: 'resnet50', 'vit_small_patch16_224', … */
export type EncoderName = keyof typeof encoders;

/** Names of all architectures that `createEncoder` makes. */
export const encoderNames = Object.keys(encoders) as EncoderName[];

/**
 * An encoder by the name of its architecture: createEncoder('resnet18', { stem: 'small' }).
 * @throws {UserError} for an unknown name, with the nearest ones
 */
export function createEncoder(name: string, options: EncoderOptions = {}): Encoder {
  if (!Object.hasOwn(encoders, name)) {
    const near = nearestNames(name, encoderNames);
    throw new UserError(
      `encoder: expected one of ${encoderNames.join(', ')}, got '${name}'`,
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined,
    );
  }
  return encoders[name as EncoderName](options);
}
