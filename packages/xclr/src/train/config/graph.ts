// Settings of the similarity graph: which samples the loss draws together, and how strongly.
import { z } from 'zod';
import { notNegative, positive, section, text } from './fields.js';

const temperature = z
  .union([positive(), z.literal('auto')])
  .default(0.1)
  .describe(
    'τ_s: divides the similarities before the softmax; 0.1 in the paper, auto calibrates it on the captions',
  );

const kind = <Name extends string>(name: Name) =>
  z
    .literal(name)
    .describe(
      'What says how alike two samples are; by default text for xclr, labels for supcon, identity for simclr',
    );

/** Calibration looks at captions, so a matrix of one's own has no `auto`. */
const fixedTemperature = positive().default(0.1).describe('τ_s: divides the similarities before the softmax');

/** Cosine of the captions' vectors: X-CLR. */
const textGraph = section({
  kind: kind('text'),
  encoder: z
    .enum(['sentence-transformer', 'clip', 'static', 'wordnet'])
    .default('sentence-transformer')
    .describe('What turns captions into vectors; wordnet needs no download, static no transformer'),
  rarity: notNegative()
    .default(0)
    .describe(
      'wordnet: how much more a rare ancestor counts than a common one; 0 is the plain taxonomy, 0.5 sharper',
    ),
  model: text()
    .optional()
    .describe('Name on the hub or local folder (default: all-MiniLM-L6-v2; clip: ViT-B/32); static: a path'),
  dtype: z
    .enum(['float32', 'float16', 'q8'])
    .default('float32')
    .describe('sentence-transformer, clip: which ONNX file; q8 is smaller and faster, and less exact'),
  captions: z
    .enum(['drawn', 'mean'])
    .default('drawn')
    .describe(
      'Several captions a picture: drawn takes one each epoch, by the seed; mean their common vector',
    ),
  temperature,
});

const path = text().describe(
  'File with your own similarities: samples × samples (matrix), classes × classes (class-matrix)',
);
const matrixGraph = section({ kind: kind('matrix'), path, temperature: fixedTemperature });
const classMatrixGraph = section({ kind: kind('class-matrix'), path, temperature: fixedTemperature });
const labelsGraph = section({ kind: kind('labels') });
const identityGraph = section({ kind: kind('identity') });

/** An ablation: similarities that mean nothing. */
const randomGraph = section({ kind: kind('random'), temperature: fixedTemperature });

export const graphSettings = z.discriminatedUnion('kind', [
  textGraph,
  labelsGraph,
  identityGraph,
  classMatrixGraph,
  matrixGraph,
  randomGraph,
]);
