// Settings of the network: encoder and projector.
import { z } from 'zod';
import { orAuto, section, text, whole } from './fields.js';

export const encoderNames = [
  'resnet10',
  'resnet18',
  'resnet34',
  'resnet50',
  'resnet101',
  'resnet152',
  'resnet18d',
  'resnet50d',
  'mobilenet_v3_small',
  'mobilenet_v3_large',
  'efficientnet_b0',
  'vit_tiny_patch16_224',
  'vit_small_patch16_224',
  'vit_base_patch16_224',
] as const;

/** The name of an encoder's architecture. */
export type EncoderName = (typeof encoderNames)[number];

export const encoderSettings = section({
  name: z
    .enum(['auto', ...encoderNames])
    .default('auto')
    .describe(
      'Architecture of the encoder; auto takes resnet18 at half its width on a CPU and resnet50 on a GPU',
    ),
  stem: z
    .enum(['standard', 'small'])
    .default('standard')
    .describe(
      'standard: a 7×7 convolution with stride 2 and max pooling; small: a 3×3 convolution with stride 1, for images below about 64 px',
    ),
  width: orAuto(z.number().min(0.125).max(8))
    .default('auto')
    .describe(
      'Multiplier of the number of channels; 0.5 is about four times as fast. auto takes 0.5 where the encoder too is left to be chosen, on a CPU; that of the run that it starts from; else 1',
    ),
  weights: text()
    .optional()
    .describe(
      'Start from these weights: a .safetensors or .pth file, an exported, Hugging Face or run folder, or a name on the hub',
    ),
});

export const projectorSettings = section({
  hidden: whole(1)
    .nullable()
    .default(null)
    .describe("Width of the hidden layers (default: the encoder's output width)"),
  out: whole(2).default(128).describe('Dimension of z, on which the loss is computed; 128 in the paper'),
  layers: whole(1, 8).default(2).describe('Number of linear layers; 2 in the paper'),
});

export const textTowerSettings = section({
  width: whole(16).default(256).describe('clip: width of the text tower; 512 in CLIP'),
  layers: whole(1, 64).default(4).describe('clip: layers of the text tower; 12 in CLIP'),
  heads: whole(1, 64).default(4).describe('clip: attention heads, which must divide the width; 8 in CLIP'),
  context: whole(4, 1024).default(32).describe('clip: longest caption in tokens; 77 in CLIP'),
  vocabulary: whole(514, 1_000_000)
    .default(4096)
    .describe('clip: tokens that are learned from the training captions; 49408 in CLIP'),
  tokenizer: text()
    .optional()
    .describe("clip: folder with CLIP's vocab.json and merges.txt, instead of learning the tokens"),
});
