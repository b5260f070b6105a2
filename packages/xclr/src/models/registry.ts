// Encoders by name.
import type { nn } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import { nearestNames } from '../util/nearest.js';
import { ResNet, type ResNetOptions, type ResNetPlan } from './resnet.js';

/** A picture encoder: (n, 3, h, w) → (n, features). */
export type Encoder = nn.Module & { readonly features: number };

const resnets = {
  resnet18: { block: 'basic', layers: [2, 2, 2, 2] },
  resnet34: { block: 'basic', layers: [3, 4, 6, 3] },
  resnet50: { block: 'bottleneck', layers: [3, 4, 6, 3] },
  resnet101: { block: 'bottleneck', layers: [3, 4, 23, 3] },
  resnet152: { block: 'bottleneck', layers: [3, 8, 36, 3] },
} as const satisfies Record<string, ResNetPlan>;

export type EncoderName = keyof typeof resnets;

export const encoderNames = Object.keys(resnets) as EncoderName[];

/** @throws {UserError} for an unknown name, with the nearest ones */
export function createEncoder(name: string, options: ResNetOptions = {}): Encoder {
  if (!Object.hasOwn(resnets, name)) {
    const near = nearestNames(name, encoderNames);
    throw new UserError(
      `encoder: expected one of ${encoderNames.join(', ')}, got '${name}'`,
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined,
    );
  }
  return new ResNet(resnets[name as EncoderName], options);
}
