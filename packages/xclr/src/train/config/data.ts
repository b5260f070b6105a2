// Settings of the data: where it is, which columns hold what, which samples train.
import { z } from 'zod';
import { formatNames } from '../../data/format-names.js';
import { samplerNames } from '../../data/orders.js';
import { filter, fraction, positive, section, text, whole } from './fields.js';

const column = (what: string) =>
  text().optional().describe(`Manifest column with the ${what}; the usual names are found`);

const splitFraction = (split: string) =>
  fraction().describe(`Fraction of the ${split} split, used only where the data names no split`);

export const dataSettings = section({
  path: text().describe('Folder of class folders, or a .csv, .tsv or .jsonl manifest of images and captions'),
  format: z
    .enum(formatNames)
    .optional()
    .describe(
      'How to read the path, where it may be read in several ways (default: what fits best, and said)',
    ),
  imageRoot: text()
    .optional()
    .describe("Folder that relative image paths start from (default: the manifest's)"),
  imageColumn: column('image path'),
  captionColumn: column('caption'),
  labelColumn: column('label'),
  splitColumn: column('split (train, validation, test)'),
  idColumn: column('unique id'),
  train: filter()
    .default({ split: 'train' })
    .describe('Which samples to train on, e.g. split=train,style=noto|twemoji'),
  splitBy: text()
    .default('id')
    .describe('Samples with the same value of this (id, label or a column) fall into one split'),
  fractions: z
    .strictObject({
      train: splitFraction('train'),
      validation: splitFraction('validation'),
      test: splitFraction('test'),
    })
    .default({ train: 0.8, validation: 0.1, test: 0.1 }),
  only: filter()
    .default({})
    .describe(
      'Which samples are read at all, for training and evaluation, e.g. label=cat|dog; id=@list.jsonl are those of a list',
    ),
  holdOut: fraction()
    .lt(1)
    .default(0)
    .describe(
      'Fraction of the training split that becomes the validation split; an existing validation split becomes the test split (ImageNet, CIFAR)',
    ),
  fraction: positive()
    .max(1)
    .default(1)
    .describe('Train on this fraction of the training split, taken from every class'),
  fractionSeed: whole(0)
    .default(0)
    .describe('Seed that selects the samples of a fraction; a smaller fraction is a subset of a larger one'),
  imageRange: z
    .string()
    .regex(/^\s*-?\d+(\.\d+)?\s*,\s*-?\d+(\.\d+)?\s*$/, 'must be two numbers, such as 0,4095')
    .optional()
    .describe(
      "Values that become black and white in images of more than 8 bits, e.g. 0,4095 for 12 bits (default: those of the file's type)",
    ),
  template: text()
    .regex(/\{class\}/, 'must contain {class}')
    .default('a photo of a {class}')
    .describe('Caption of samples that have only a class; {class} is its name'),
  captionTemplate: text()
    .regex(/\{[^{}]+\}/, 'must contain a field in braces, such as {caption}')
    .default('{caption}')
    .describe("Template of the text that is encoded for a sample, e.g. '{caption} | {keywords}^0.5'"),
  exclude: text()
    .optional()
    .describe('JSON-lines file whose ids are left out: as written by xclr data verify or xclr graph audit'),
  maxFailureRate: fraction()
    .default(0.1)
    .describe('Stop when more than this fraction of the images is unusable'),
});

export const loaderSettings = {
  sampler: z
    .enum(['auto', ...samplerNames])
    .default('auto')
    .describe(
      'shuffle: all images in a new order each epoch; class-balanced: every class equally often; stream: whole files in a new order, through a buffer (shards on a server, slow disks); auto is shuffle, or stream where the shards of a server are more than --cache-size',
    ),
  buffer: whole(1)
    .default(10_000)
    .describe('Buffer of the stream sampler, in images: a larger one shuffles better'),
  interleave: whole(1, 4096)
    .default(1)
    .describe(
      'Files that the stream sampler reads at a time; a multiple of the number of processes has each read files of its own',
    ),
  cacheSize: text()
    .regex(/^(auto|\d+(\.\d+)?\s*[KMGT]i?B)$/i, 'must be auto, or a size such as 50GB or 500MiB')
    .default('auto')
    .describe('Most disk space for shards of a server, e.g. 50GB; auto is nine tenths of what is free'),
  cacheFolder: text()
    .default('.cache/shards')
    .describe('Folder that keeps shards of a server; several processes may share it'),
  workers: z
    .union([whole(1, 1024), z.literal('auto')])
    .default('auto')
    .describe('Threads that decode images; auto leaves most cores to the computation'),
  cacheMiB: whole(0)
    .default(2048)
    .describe('Memory for decoded images, in MiB; images are decoded only once if they fit'),
  prefetchMiB: whole(0)
    .default(256)
    .describe('Memory for batches that are prepared ahead, in MiB; at most two batches are'),
  decodeTimeout: positive()
    .default(60)
    .describe('Seconds after which an image that is still being decoded counts as a crash of the decoder'),
  onMemoryShortage: z
    .enum(['stop', 'warn'])
    .default('stop')
    .describe(
      'When the memory will not suffice by the estimate: stop before the first step, or warn and begin',
    ),
  onDecoderCrash: z
    .enum(['skip', 'stop'])
    .default('skip')
    .describe('When an image crashes its decoder: skip the image, or stop the run'),
};
