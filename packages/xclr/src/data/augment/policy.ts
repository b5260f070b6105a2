// AutoAugment and RandAugment: which operations a view gets, and how they are applied to a batch.

import {
  type PolicyOperation,
  policy_,
  policyOperations,
  signedPolicyOperations,
  type Tensor,
  tensor,
} from '@xclr/torch';
import { maxOf } from '../../util/arrays.js';
import type { Random } from '../../util/random.js';
import type { Policy } from './recipe.js';

/** An operation and its strength, of 0 … 1 of its range, signed where it has two directions. */
export interface PolicyStep {
  readonly operation: PolicyOperation;
  /** torchvision's magnitude; for translations in fractions of the view's side. */
  readonly magnitude: number;
}

/** Operation, probability, and which of ten magnitudes (null: it has none). */
type Choice = readonly [operation: PolicyOperation, probability: number, bin: number | null];

/** The ImageNet policy as torchvision lists it. */
const imagenetPolicy: readonly (readonly [Choice, Choice])[] = [
  [
    ['Posterize', 0.4, 8],
    ['Rotate', 0.6, 9],
  ],
  [
    ['Solarize', 0.6, 5],
    ['AutoContrast', 0.6, null],
  ],
  [
    ['Equalize', 0.8, null],
    ['Equalize', 0.6, null],
  ],
  [
    ['Posterize', 0.6, 7],
    ['Posterize', 0.6, 6],
  ],
  [
    ['Equalize', 0.4, null],
    ['Solarize', 0.2, 4],
  ],
  [
    ['Equalize', 0.4, null],
    ['Rotate', 0.8, 8],
  ],
  [
    ['Solarize', 0.6, 3],
    ['Equalize', 0.6, null],
  ],
  [
    ['Posterize', 0.8, 5],
    ['Equalize', 1, null],
  ],
  [
    ['Rotate', 0.2, 3],
    ['Solarize', 0.6, 8],
  ],
  [
    ['Equalize', 0.6, null],
    ['Posterize', 0.4, 6],
  ],
  [
    ['Rotate', 0.8, 8],
    ['Color', 0.4, 0],
  ],
  [
    ['Rotate', 0.4, 9],
    ['Equalize', 0.6, null],
  ],
  [
    ['Equalize', 0, null],
    ['Equalize', 0.8, null],
  ],
  [
    ['Invert', 0.6, null],
    ['Equalize', 1, null],
  ],
  [
    ['Color', 0.6, 4],
    ['Contrast', 1, 8],
  ],
  [
    ['Rotate', 0.8, 8],
    ['Color', 1, 2],
  ],
  [
    ['Color', 0.8, 8],
    ['Solarize', 0.8, 7],
  ],
  [
    ['Sharpness', 0.4, 7],
    ['Invert', 0.6, null],
  ],
  [
    ['ShearX', 0.6, 5],
    ['Equalize', 1, null],
  ],
  [
    ['Color', 0.4, 0],
    ['Equalize', 0.6, null],
  ],
  [
    ['Equalize', 0.4, null],
    ['Solarize', 0.2, 4],
  ],
  [
    ['Solarize', 0.6, 5],
    ['AutoContrast', 0.6, null],
  ],
  [
    ['Invert', 0.6, null],
    ['Equalize', 1, null],
  ],
  [
    ['Color', 0.6, 4],
    ['Contrast', 1, 8],
  ],
  [
    ['Equalize', 0.8, null],
    ['Equalize', 0.6, null],
  ],
];

/** RandAugment chooses among these. */
const randAugmentOperations = policyOperations.filter((operation) => operation !== 'Invert');

const signed: ReadonlySet<PolicyOperation> = new Set(signedPolicyOperations);

/**
 * The magnitude of bin `bin` of 0 … `last`, as torchvision spaces them: shears to 0.3, translations to 150 / 331 of the
 * side, rotations to 30 degrees, factors to 1 ± 0.9, posterize from 8 bits to 4, solarize from 255 to 0.
 */
function magnitudeOf(operation: PolicyOperation, bin: number, last: number): number {
  const fraction = bin / last;
  switch (operation) {
    case 'ShearX':
    case 'ShearY':
      return 0.3 * fraction;
    case 'TranslateX':
    case 'TranslateY':
      return (150 / 331) * fraction;
    case 'Rotate':
      return 30 * fraction;
    case 'Brightness':
    case 'Color':
    case 'Contrast':
    case 'Sharpness':
      return 0.9 * fraction;
    case 'Posterize':
      return 8 - Math.round(4 * fraction);
    case 'Solarize':
      return 255 * (1 - fraction);
    default:
      return 0;
  }
}

/** Draws a view's operations. */
export function drawPolicy(random: Random, policy: Policy): PolicyStep[] {
  const step = (operation: PolicyOperation, bin: number, last: number): PolicyStep => {
    const magnitude = magnitudeOf(operation, bin, last);
    return { operation, magnitude: signed.has(operation) && random.chance(0.5) ? -magnitude : magnitude };
  };
  if (policy.kind === 'rand-augment') {
    return Array.from({ length: policy.operations }, () => {
      const operation = randAugmentOperations[random.below(randAugmentOperations.length)]!;
      return step(operation, policy.magnitude, 30);
    });
  }
  const pair = imagenetPolicy[random.below(imagenetPolicy.length)]!;
  return pair.flatMap(([operation, probability, bin]) => {
    const applied = random.uniform() < probability || probability === 1;
    const drawn = step(operation, bin ?? 0, 9);
    return applied ? [drawn] : [];
  });
}

/**
 * Applies each view's operations to 8-bit copies, as torchvision does, on the CPU: from another device the views travel
 * there and back.
 * @param x (n, 3, s, s) in 0 … 1
 * @param steps for each view its operations
 * @returns (n, 3, s, s) in 0 … 1, contiguous
 */
export function applyPolicy(x: Tensor, steps: readonly (readonly PolicyStep[])[]): Tensor {
  const [n, , side] = x.shape as [number, number, number];
  const longest = maxOf(
    steps.map((list) => list.length),
    1,
  );
  const rows = new Float64Array(n * longest * 2);
  steps.forEach((list, i) => {
    list.forEach(({ operation, magnitude }, j) => {
      const inPixels = operation.startsWith('Translate') ? magnitude * side : magnitude;
      rows.set([policyOperations.indexOf(operation), inPixels], 2 * (i * longest + j));
    });
  });
  const bytes = x
    .mul(255)
    .round()
    .clamp_({ min: 0, max: 255 })
    .to({ dtype: 'uint8', device: 'cpu' })
    .contiguous(); // (n, 3, s, s)
  return policy_(bytes, tensor(rows, { shape: [n, longest, 2] }))
    .to({ dtype: 'float32', device: x.device })
    .div_(255);
}
