// How much memory a batch's activations take: counted by running a few images forward and recording every layer.
import { nn, noGrad, scoped, type Tensor, zeros } from '@xclr/torch';
import type { Recipe } from '../../data/augment/index.js';
import { type Learner, measure } from '../objectives/index.js';
import { alone } from '../world/world.js';

export interface ActivationInput {
  readonly learner: Learner;
  readonly device: string;
  readonly recipe: Recipe;
  /** Views of full size an image. */
  readonly views: number;
  /** Side of a view of full size, in pixels. */
  readonly size: number;
  /** Whether the inside of blocks is made again in the backward pass, and not kept. */
  readonly recomputed: boolean;
  /** Places of two samples or more. */
  readonly ids: Int32Array;
}

const bytesOf: Readonly<Record<string, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  bool: 1,
  uint8: 1,
};
const sizeOf = (tensor: Tensor): number => tensor.numel * (bytesOf[tensor.dtype] ?? 8);

/**
 * Bytes that one image more in a batch adds while its loss is computed: each layer's output, which the backward pass
 * needs, and the inputs that no layer made. Layers that overwrite their input add nothing. Nothing is trained: the
 * modules run forward without gradients (batch norm's running statistics change, so give a learner of its own).
 */
export function activationBytesAnImage(input: ActivationInput): number {
  return countBytes(input) / counted;
}

/** Images that are run: batch norm wants more than one. */
const counted = 2;

function countBytes({ learner, device, recipe, views, size, recomputed, ids }: ActivationInput): number {
  let bytes = 0;
  let inside = 0; // the most that one block has
  const known = new Set<unknown>();
  const add = (tensor: Tensor): void => {
    if (!known.has(tensor)) bytes += sizeOf(tensor);
    known.add(tensor);
  };
  // Of a block its output is kept; its inside is there once at a time, in the backward pass.
  const blocks: nn.BlockRunner = {
    run(block, input) {
      const before = bytes;
      const output = block.plainCall(input);
      if (!recomputed) return output;
      inside = Math.max(inside, bytes - before);
      bytes = before + sizeOf(output);
      return output;
    },
  };
  const chosen = ids.subarray(0, counted);
  const { localCrops } = recipe;
  scoped(() =>
    noGrad(() => {
      const full = zeros([views * counted, 3, size, size], { device }); // (v·b, 3, s, s)
      const sizes =
        localCrops === null
          ? [full]
          : [full, zeros([localCrops.count * counted, 3, localCrops.size, localCrops.size], { device })];
      for (const each of sizes) bytes += sizeOf(each); // the views as they are made; the encoder takes them in another layout
      nn.recordLeaves(
        (leaf, inputs) => {
          const output = leaf.forward(...(inputs as never[]));
          const overwrites = leaf instanceof nn.ReLU && leaf.inplace;
          if (!overwrites) for (const one of inputs) if (isTensor(one)) add(one);
          if (overwrites || leaf instanceof nn.Flatten || leaf instanceof nn.Identity) known.add(output);
          else if (isTensor(output)) add(output);
          if (leaf instanceof nn.MaxPool2d && isTensor(output)) bytes += 8 * output.numel; // which place was the greatest
          return output;
        },
        () =>
          nn.runBlocks(
            blocks,
            () => measure(learner, { sizes, own: chosen, epoch: 0, ...alone.join(chosen) }).loss,
          ),
      );
    }),
  );
  return bytes + inside;
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'numel' in value && 'dtype' in value;
