// Settings of the data: where it is, which columns hold what, which samples train.
import { z } from 'zod';
import { filter, section, share, text, whole } from './fields.js';

const column = (what: string) =>
  text().optional().describe(`Manifest column with the ${what}; the usual names are found`);

const fraction = (split: string) =>
  share().describe(`Share of the ${split} split, used only where the data names no split`);

export const dataSettings = section({
  path: text().describe(
    'Folder of class folders, or a .csv, .tsv or .jsonl manifest of pictures and captions',
  ),
  pictureRoot: text()
    .optional()
    .describe("Folder that relative picture paths start from (default: the manifest's)"),
  pictureColumn: column('picture path'),
  captionColumn: column('caption'),
  labelColumn: column('label'),
  splitColumn: column('split (train, validation, test)'),
  idColumn: column('unique id'),
  train: filter()
    .default({ split: 'train' })
    .describe('Which samples to train on, e.g. split=train,style=noto|twemoji'),
  splitBy: text()
    .default('id')
    .describe('Samples that share this (id, label or a column) fall into one split'),
  fractions: z
    .strictObject({ train: fraction('train'), validation: fraction('validation'), test: fraction('test') })
    .default({ train: 0.8, validation: 0.1, test: 0.1 }),
  template: text()
    .regex(/\{class\}/, 'must contain {class}')
    .default('a photo of a {class}')
    .describe('Caption of a sample that has only a class; {class} is its name'),
  captionTemplate: text()
    .regex(/\{[^{}]+\}/, 'must contain a field in braces, such as {caption}')
    .default('{caption}')
    .describe("What is encoded of a sample, e.g. '{caption} | {keywords}^0.5'"),
  exclude: text()
    .optional()
    .describe('JSON-lines file whose ids are left out: what xclr data verify or an audit found'),
  maxProblemShare: share()
    .default(0.1)
    .describe('Stop when more than this share of the pictures is unusable'),
});

export const loaderSettings = {
  workers: z
    .union([whole(0, 1024), z.literal('auto')])
    .default('auto')
    .describe('Threads that decode pictures; auto leaves the cores to the computing'),
  cacheMiB: whole(0)
    .default(2048)
    .describe('Memory for decoded pictures, in MiB; they are decoded once while they fit'),
};
