// Which dialects an encoder's weights may come in.
import type { nn } from '@xclr/torch';
import { EfficientNet } from '../../efficientnet.js';
import { MobileNetV3 } from '../../mobilenet-v3.js';
import { ResNet } from '../../resnet.js';
import { VisionTransformer } from '../../vision-transformer.js';
import { type Dialect, sameNames } from './dialect.js';
import { efficientNetDialects, mobileNetDialects } from './mobile.js';
import { resnetDialects } from './resnet.js';
import { visionTransformerDialects } from './vision-transformer.js';

export type { Dialect } from './dialect.js';

/** The encoder's own names first. */
export function dialectsOf(encoder: nn.AnyModule): readonly Dialect[] {
  const names = [...encoder.stateDict().keys()];
  if (encoder instanceof ResNet) return resnetDialects(names.includes('conv1.0.weight'));
  if (encoder instanceof VisionTransformer) return visionTransformerDialects;
  if (encoder instanceof EfficientNet) return efficientNetDialects(names);
  if (encoder instanceof MobileNetV3) {
    const stages = new Set(names.flatMap((name) => /^features\.(\d+)\./.exec(name)?.[1] ?? [])).size;
    return mobileNetDialects(stages > 15 ? 'large' : 'small', names);
  }
  return [sameNames('its own', names[0] ?? '')];
}
