// Settings of the optimization: loss, optimizer, learning-rate schedule.
import { z } from 'zod';
import { fraction, notNegative, positive, section, text, whole } from './fields.js';

const prototypeSettings = section({
  weight: fraction()
    .default(0)
    .describe(
      'xclr, supcon: λ, the weight of the prototype loss; the pairs keep 1 − λ. Each caption or label gets an anchor to which its images are drawn',
    ),
  temperature: notNegative()
    .default(0)
    .describe(
      'xclr: τ_a: the target over the anchors is softmax(similarity / τ_a); 0 is the own anchor alone (cross-entropy), τ_s keeps the grading of the graph',
    ),
  anchors: z
    .enum(['auto', 'free', 'text', 'words'])
    .default('auto')
    .describe(
      "free: a learned vector for each distinct caption or label; text: a linear map of the captions' vectors; words: a learned vector for each word of the captions; auto is words where nearly every image has a caption of its own, else free",
    ),
  input: z
    .enum(['features', 'projected'])
    .default('features')
    .describe("What is compared with the anchors: the encoder's features, or z after the projector"),
  sampled: whole(2)
    .default(16_384)
    .describe('Anchors in a step at most: where there are more, so many are drawn for each step'),
});

const teacherSettings = section({
  weight: fraction()
    .default(0)
    .describe(
      "xclr, supcon, simclr: γ, the fraction of a view's target that a teacher gives by how similar the images look to it: the moving average of the encoder and projector in training",
    ),
  momentum: fraction()
    .default(0.99)
    .describe("Fraction of the teacher's weights that a step keeps; the rest comes from the encoder"),
  temperature: positive().default(0.1).describe("τ_t: divides the teacher's cosines before the softmax"),
});

export const lossSettings = section({
  temperature: positive()
    .default(0.1)
    .describe('τ: divides the cosine of two views before the softmax; 0.1 in the paper. clip learns its own'),
  labelSmoothing: fraction()
    .lt(1)
    .default(0)
    .describe('supervised: fraction of the target that is spread over all classes'),
  labelTree: text()
    .optional()
    .describe(
      'supervised: file with a tree of the classes, along which targets are smoothed: a wrong class of the same parent is less wrong',
    ),
  labelTreeSharpness: positive()
    .default(10)
    .describe('β of labelTree: the larger, the less of the target goes to other classes'),
  maskSameCaptions: z
    .boolean()
    .default(false)
    .describe('clip: do not use images with the same caption as negatives; CLIP itself does use them'),
  targetSmoothing: fraction()
    .default(0)
    .describe(
      "xclr, supcon, simclr: α, the fraction of a view's target that is spread evenly over all other views",
    ),
  memory: whole(0, 16_384)
    .default(0)
    .describe(
      'xclr, supcon, simclr: embeddings of earlier steps that each view is compared with as well, once there are so many; for small batches',
    ),
  strips: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Compute the loss by strips of rows, in memory that grows with the batch and not with its square; the same numbers but for rounding. auto does from 2,048 views a step on (clip: images); off makes the whole matrix. supervised has none',
    ),
  teacher: teacherSettings.prefault({}),
  prototypes: prototypeSettings.prefault({}),
  softTargets: fraction()
    .default(0)
    .describe(
      "clip, clip-frozen: β, the fraction of an image's target that the similarity graph spreads over the batch's captions; 0 is CLIP",
    ),
});

export const optimizerSettings = section({
  name: z
    .enum(['auto', 'sgd', 'lars', 'adamw'])
    .default('auto')
    .describe('Optimizer; auto takes adamw; lars is for batches of 1,024 and more'),
  lr: positive()
    .optional()
    .describe('Peak learning rate (default: batch/256 × 0.06 for sgd, × 0.3 for lars; 0.001 for adamw)'),
  weightDecay: notNegative()
    .optional()
    .describe('Weight decay (default: 1e-4 for sgd, 1e-6 for lars, 0.05 for adamw)'),
  momentum: fraction().default(0.9).describe('Momentum of sgd and lars'),
  nesterov: z.boolean().default(false).describe('Nesterov momentum (sgd)'),
  betas: z
    .tuple([fraction(), fraction()])
    .default([0.9, 0.999])
    .describe("Decay of adamw's running mean and square, e.g. 0.9,0.999"),
  eps: positive().default(1e-8).describe("Added to adamw's denominator"),
  trustCoefficient: positive().default(0.001).describe('Trust coefficient of lars'),
});

export const scheduleSettings = section({
  name: z
    .enum(['cosine', 'step', 'constant'])
    .default('cosine')
    .describe('How the learning rate falls after warm-up'),
  warmupEpochs: notNegative()
    .optional()
    .describe('Epochs of linear warm-up (default: a tenth of the run, 10 at most)'),
  warmupSteps: whole(0).optional().describe('Steps of linear warm-up, instead of warmupEpochs'),
  milestones: z
    .array(fraction())
    .default([0.6, 0.8])
    .describe('step: where the rate falls, as fractions of the run, e.g. 0.6,0.8'),
  gamma: positive().max(1).default(0.1).describe('step: what the rate is multiplied by at each milestone'),
  finalFactor: fraction().default(0).describe('cosine: the rate at the end, as a fraction of the peak'),
});
