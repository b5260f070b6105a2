// README.md of an exported folder: what the encoder is, what it was measured to do, and what it is not for.
import { existsSync, readFileSync } from 'node:fs';
import type { MetricResult } from '../../evaluate/index.js';
import type { TrainConfig } from '../../train/config.js';
import type { RunFolder } from '../../train/run-folder.js';
import type { ExportedFile, ExportReport } from './export-report.js';

const methodNames: Record<TrainConfig['method'], string> = {
  xclr: 'X-CLR (X-Sample Contrastive Loss, Sobal et al., ICLR 2025)',
  supcon: 'SupCon (Khosla et al., 2020)',
  simclr: 'SimCLR (Chen et al., 2020)',
  clip: 'CLIP (Radford et al., 2021), image tower',
  'clip-frozen': 'CLIP with a frozen text encoder, image tower',
  supervised: 'cross-entropy over labels',
};

/** What the exporter says of the folder. */
export interface CardOptions {
  readonly license?: string | undefined;
  readonly weightsFormat?: 'torchvision' | 'timm' | undefined;
}

/** Markdown with the header that the hub reads. */
export function modelCard(
  run: RunFolder,
  config: TrainConfig,
  report: ExportReport,
  { license, weightsFormat }: CardOptions,
): string {
  const { data, graph } = run.readRecord();
  const { encoder, views } = config;
  const range = config.data.imageRange;
  const weightNames = parameterNames(encoder.name, weightsFormat);
  return `---
library_name: transformers.js
pipeline_tag: image-feature-extraction
tags: [image-feature-extraction, onnx, xclr]
---

# ${report.run}
${config.notice === undefined ? '' : `\n> **${config.notice}**\n`}
An image encoder: it maps an image of ${views.size}×${views.size} pixels to a vector of ${report.dimensions} numbers with length 1; similar images get
similar vectors. ${encoder.name}${encoder.width === 1 ? '' : `, width × ${encoder.width}`}${encoder.stem === 'small' ? ', small stem' : ''}; trained by xclr ${report.xclr}.

| | |
|---|---|
| Method | ${methodNames[config.method]} |
| Learned from | ${graph} |
| Data | ${data.name}: ${data.training.toLocaleString('en-GB')} training images of ${data.samples.toLocaleString('en-GB')} |
| License of the data | ${license ?? 'not stated; ask before you share it'} |
| Training | ${report.step.toLocaleString('en-GB')} steps of ${config.batchSize} images |

## Files

| file | MB | ms per image | differs from LibTorch by | cosine to LibTorch |${measureHeads(report.files)}
|---|---|---|---|---|${measureHeads(report.files).replace(/[^|]+/g, '---')}
${report.files.map((file) => fileRow(file, report.files)).join('\n')}

"Differs" is the largest difference over the largest value, on ${report.images.checked > 0 ? `${report.images.checked} images` : 'noise'}.${
    report.images.split === null || Object.keys(report.files[0]!.measures).length === 0
      ? ''
      : ` The measures are on images of the ${report.images.split} part, through these files' own preparation, with 95 % intervals.`
  }${report.wholePath === null ? '' : ` Prepared by this folder's preprocessor, images get the training code's vectors with a cosine of ${report.wholePath.toFixed(4)}.`}
${evaluationSection(run)}
## Use

\`\`\`js
import { pipeline } from '@huggingface/transformers';
const embed = await pipeline('image-feature-extraction', 'path/to/this/folder', { dtype: 'fp32' }); // or 'fp16', 'q8'
const vector = (await embed('image.jpg')).data; // ${report.dimensions} numbers, length 1
\`\`\`

The cosine of two images is the sum of the products of their numbers. Where many images are searched, take the mean
vector of your images off first (\`xclr index build\` does). \`model.safetensors\` has ${weightNames}.

## Limits

${
  range === undefined
    ? ''
    : `Images of more than 8 bits were read with ${range} as black and white. xclr does so by \`image_range\` in preprocessor_config.json; for
other libraries, scale such images to 8 bits before.

`
}${report.preparationDiffers === null ? '' : `${report.preparationDiffers}\n\n`}It has learned from its training images and the differences between their captions. On images of other objects, of another style
or from another source, its similarities should be evaluated first (\`xclr eval\`). It gives similarity, no
diagnosis and no identity, and was not tested for any use in which a mistake harms somebody.
`;
}

function names(files: readonly ExportedFile[]): string[] {
  return [...new Set(files.flatMap(({ measures }) => Object.keys(measures)))];
}

function measureHeads(files: readonly ExportedFile[]): string {
  return names(files)
    .map((name) => ` ${name} |`)
    .join('');
}

function fileRow(
  { file, bytes, milliseconds, relative, cosine, measures }: ExportedFile,
  files: readonly ExportedFile[],
): string {
  const cells = [
    `\`${file}\``,
    (bytes / 1e6).toFixed(1),
    milliseconds.toFixed(1),
    relative.toExponential(1),
    cosine.toFixed(4),
    ...names(files).map((name) => shown(measures[name])),
  ];
  return `| ${cells.join(' | ')} |`;
}

function shown(result: MetricResult | undefined): string {
  if (result === undefined || result.value === null) return '–';
  const { value, interval } = result;
  return interval === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
}

/** What `xclr eval` measured of the run, where it was asked. */
function evaluationSection(run: RunFolder): string {
  const path = run.file('evaluation.json');
  if (!existsSync(path)) return '';
  const { features } = JSON.parse(readFileSync(path, 'utf8')) as { features: Record<string, MetricResult> };
  const rows = Object.entries(features).map(
    ([name, result]) =>
      `| ${name} | ${shown(result)} | ${result.n} ${result.counted} | ${result.definition} |`,
  );
  return `
## Measured on held-out images

| metric | value, 95 % interval | on | definition |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Whose names the weights have, in words. */
function parameterNames(encoder: string, format: CardOptions['weightsFormat']): string {
  const own = /^vit|d$/.test(encoder) ? 'timm' : 'torchvision';
  return `${format ?? own}'s parameter names`;
}
