// `xclr export`: a run as a folder for onnxruntime, transformers.js, torchvision and timm.
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { openDataset } from '../data/index.js';
import { type ExportReport, exportRun, type Format, formats, knnLoss } from '../deploy/export/index.js';
import { exportWeb } from '../deploy/web/export-web.js';
import { RunFolder } from '../train/run-folder.js';
import { datasetOptions } from '../train/session.js';
import { type Progress, startProgress } from '../util/progress.js';
import { textTable } from '../util/table.js';
import { notNegative, wholeNumber } from './numbers.js';

interface ExportFlags {
  readonly checkpoint: 'last' | 'best';
  readonly projector?: boolean;
  readonly formats: readonly Format[];
  readonly calibration: number;
  readonly maxKnnLoss: number;
  readonly measure: boolean;
  readonly data?: string;
  readonly license?: string;
  readonly web?: string;
  readonly webItems: number;
}

export function register(program: Command): void {
  program
    .command('export')
    .description("Write a run's encoder as ONNX and safetensors, in Hugging Face's layout, and check it")
    .argument('<run>', 'run folder that `xclr train` wrote')
    .argument('<out>', 'folder to write; must be new or empty')
    .addOption(new Option('--checkpoint <name>', 'which weights').choices(['last', 'best']).default('last'))
    .option('--projector', "export z, the projector's output, in place of the encoder's features")
    .addOption(
      new Option('--formats <list>', `which of ${formats.join(', ')}; float32 is always there`)
        .argParser(parseFormats)
        .default(formats, formats.join(',')),
    )
    .option(
      '--calibration <n>',
      'training images that the ranges of 8-bit values are measured on',
      wholeNumber,
      128,
    )
    .option('--max-knn-loss <points>', 'the most points of kNN accuracy that int8 may cost', notNegative, 1)
    .option('--no-measure', 'do not measure what was written on held-out images')
    .option('--data <path>', "where the run's data lies now, if it has moved")
    .option('--license <text>', 'license of the data, for the model card')
    .option('--web <folder>', 'also write a page that runs the encoder in the browser, as static files')
    .option('--web-items <n>', 'held-out images that the page can find', wholeNumber, 300)
    .addHelpText(
      'after',
      `
Writes onnx/model.onnx, model_fp16.onnx and model_quantized.onnx, model.safetensors, config.json,
preprocessor_config.json and a model card. Each file is compared with LibTorch before the folder appears.

Examples:
  xclr export runs/xclr-products products-encoder
  xclr export runs/xclr-products products-encoder --web site    any web server shows site/
  xclr embed products-encoder products.csv products.parquet`,
    )
    .action(exportCommand);
}

function parseFormats(text: string): Format[] {
  const wanted = text.split(',').map((one) => one.trim());
  const unknown = wanted.find((one) => !(formats as readonly string[]).includes(one));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${formats.join(', ')}, got ${unknown}.`);
  return wanted as Format[];
}

async function exportCommand(path: string, out: string, flags: ExportFlags): Promise<void> {
  let shown: { stage: string; progress: Progress } | undefined;
  const onStage = (stage: string, done: number, total: number) => {
    if (shown?.stage !== stage) {
      shown?.progress.done();
      shown = { stage, progress: startProgress(stage, total, { unit: 'image' }) };
    }
    shown.progress.update(done);
  };
  const run = RunFolder.open(path);
  const report = await exportRun(run, out, { ...flags, onStage });
  let webBytes = 0;
  if (flags.web !== undefined) {
    const { config } = run.readRecord();
    const dataset = await openDataset(flags.data ?? config.data.path, datasetOptions(config));
    webBytes = await exportWeb(out, dataset, flags.web, {
      title: basename(run.path),
      items: flags.webItems,
      onProgress: (done, total) => onStage('embedding the page’s images', done, total),
    });
  }
  shown?.progress.done();
  console.log(describe(report));
  console.log(`→ ${out}`);
  if (flags.web !== undefined)
    console.log(`→ ${flags.web}: a page of ${(webBytes / 1e6).toFixed(1)} MB, shown by any web server`);
}

function describe(report: ExportReport): string {
  const rows = report.files.map(({ file, bytes, milliseconds, relative, cosine, measures }) => [
    file,
    `${(bytes / 1e6).toFixed(1)} MB`,
    `${milliseconds.toFixed(1)} ms`,
    relative.toExponential(1),
    cosine.toFixed(4),
    ...['knn_label', 'alignment_captions'].map((name) => measures[name]?.value?.toFixed(3) ?? '–'),
  ]);
  const table = textTable(['file', 'size', 'an image', 'differs by', 'cosine', 'kNN', 'alignment'], rows);
  const loss = knnLoss(report.files, 'int8');
  return [
    table,
    ...(loss === null
      ? []
      : [`int8 costs ${loss.toFixed(1)} points of kNN accuracy (${report.images.split} part)`]),
    ...(report.wholePath === null
      ? []
      : [
          `with its own preparation of images, cosine to the run's evaluation: ${report.wholePath.toFixed(4)}`,
        ]),
  ].join('\n');
}
