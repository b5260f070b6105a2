// timm's names for MobileNetV3 and EfficientNet-B0; ours are torchvision's.
import { maxOf } from '../../../util/arrays.js';
import { type Dialect, sameNames } from './dialect.js';

/** Blocks of each of timm's stages; torchvision numbers them through. */
const mobileNetBlocks = { small: [1, 2, 3, 2, 3], large: [1, 2, 3, 4, 2, 3] } as const;

/** Where a block lies among timm's stages, from its number (from 0) through all of them. */
function stageOf(blocks: readonly number[], number: number): [stage: number, block: number] {
  let left = number;
  for (const [stage, count] of blocks.entries()) {
    if (left < count) return [stage, left];
    left -= count;
  }
  return [blocks.length, left];
}

/**
 * A name within a block. timm numbers norms by convolution, torchvision the layers: widening, depthwise, squeeze-and-excitation,
 * narrowing, the first left out where a block does not widen, the third where it has none.
 */
function withinBlock(
  name: string,
  { widens, squeezes }: { widens: boolean; squeezes: boolean },
): string | null {
  const match = /^block\.(\d+)\.(.+)$/.exec(name);
  if (match === null) return null;
  const [, place = '', rest = ''] = match;
  const layers = [...(widens ? ['widen'] : []), 'depthwise', ...(squeezes ? ['squeeze'] : []), 'narrow'];
  const layer = layers[Number(place)];
  if (layer === 'squeeze')
    return rest.replace(/^fc1\./, 'se.conv_reduce.').replace(/^fc2\./, 'se.conv_expand.');
  const names = widens
    ? { widen: ['conv_pw', 'bn1'], depthwise: ['conv_dw', 'bn2'], narrow: ['conv_pwl', 'bn3'] }
    : { widen: [], depthwise: ['conv_dw', 'bn1'], narrow: ['conv_pw', 'bn2'] };
  const [conv, norm] = names[layer as keyof typeof names] ?? [];
  return rest.replace(/^0\./, `${conv}.`).replace(/^1\./, `${norm}.`);
}

/** What the names of an encoder say of its blocks: which widen and which squeeze. */
function blockFacts(names: readonly string[], block: string): { widens: boolean; squeezes: boolean } {
  const own = names.filter((name) => name.startsWith(`${block}.block.`));
  const squeezes = own.some((name) => /\.block\.\d+\.fc1\./.test(name));
  const layers = new Set(own.map((name) => /\.block\.(\d+)\./.exec(name)?.[1])).size;
  return { widens: layers === (squeezes ? 4 : 3), squeezes };
}

/** @param names all of the encoder's, as torchvision has them */
export function mobileNetDialects(size: 'small' | 'large', names: readonly string[]): readonly Dialect[] {
  const blocks = mobileNetBlocks[size];
  const total = blocks.reduce((sum, count) => sum + count, 0);
  const timm: Dialect = {
    name: 'timm',
    anchor: 'conv_stem.weight',
    // timm leaves BatchNorm2d's default, torchvision follows the paper with 1e-3.
    batchNormEps: 1e-5,
    sources: (ours) => {
      const match = /^features\.(\d+)\.(.+)$/.exec(ours);
      if (match === null) return [];
      const [, number = '', rest = ''] = match;
      const place = Number(number) - 1;
      if (place === -1) return [rest.replace(/^0\./, 'conv_stem.').replace(/^1\./, 'bn1.')];
      if (place === total)
        return [
          rest
            .replace(/^0\./, `blocks.${blocks.length}.0.conv.`)
            .replace(/^1\./, `blocks.${blocks.length}.0.bn1.`),
        ];
      const [stage, block] = stageOf(blocks, place);
      const inside = withinBlock(rest, blockFacts(names, `features.${number}`));
      return inside === null ? [] : [`blocks.${stage}.${block}.${inside}`];
    },
  };
  return [sameNames('torchvision', 'features.0.0.weight'), timm];
}

/** @param names all of the encoder's, as torchvision has them */
export function efficientNetDialects(names: readonly string[]): readonly Dialect[] {
  const last = maxOf(names.map((name) => Number(/^features\.(\d+)\./.exec(name)?.[1] ?? 0)));
  const timm: Dialect = {
    name: 'timm',
    anchor: 'conv_stem.weight',
    sources: (ours) => {
      const match = /^features\.(\d+)\.(.+)$/.exec(ours);
      if (match === null) return [];
      const [, number = '', rest = ''] = match;
      if (number === '0') return [rest.replace(/^0\./, 'conv_stem.').replace(/^1\./, 'bn1.')];
      if (Number(number) === last) return [rest.replace(/^0\./, 'conv_head.').replace(/^1\./, 'bn2.')];
      const block = /^(\d+)\.(.+)$/.exec(rest);
      if (block === null) return [];
      const inside = withinBlock(block[2]!, blockFacts(names, `features.${number}.${block[1]}`));
      return inside === null ? [] : [`blocks.${Number(number) - 1}.${block[1]}.${inside}`];
    },
  };
  return [sameNames('torchvision', 'features.0.0.weight'), timm];
}
