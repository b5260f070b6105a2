// `xclr export`: a run becomes a folder that everybody's tools load. It appears whole, checked, or not at all.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setNumThreads } from '@xclr/torch';
import type { Sample } from '../../data/index.js';
import { saveWeights, saveWeightsAs } from '../../models/index.js';
import type { TrainConfig } from '../../train/config.js';
import type { RunFolder } from '../../train/run-folder.js';
import { UserError } from '../../util/errors.js';
import { makeFolder, replaceFolderAsync } from '../../util/files.js';
import { lockFile } from '../../util/lock-file.js';
import { usualThreads } from '../../util/threads.js';
import { version } from '../../util/version.js';
import { type ImageEncoder, OnnxEncoder, type PreparedImage, RunEncoder } from '../encoder/index.js';
import { preparationDiffers, preprocessorConfig } from '../encoder/preprocessor-config.js';
import {
  calibrate,
  foldBatchNorm,
  type Graph,
  modelBytes,
  quantize,
  recordNetwork,
  toFloat16,
  valuesToQuantize,
} from '../onnx/index.js';
import { type CheckSamples, openCheckSamples } from './check-samples.js';
import { type Agreement, agreement, type PixelBatch, referenceRows } from './compare-outputs.js';
import { type ExportedFile, type ExportReport, refuseLoss } from './export-report.js';
import { formats as allFormats, type Format, fileNames, largestDifference } from './formats.js';
import { measureEncoder } from './measure.js';
import { modelCard } from './model-card.js';
import { modelConfig } from './model-config.js';
import { loadRunNetwork, type RunNetwork } from './run-network.js';

/** What an export writes, and how it is checked. */
export interface ExportOptions {
  readonly checkpoint?: 'last' | 'best' | undefined;
  /** Export z, the projector's output, in place of the features. */
  readonly projector?: boolean | undefined;
  readonly formats?: readonly Format[] | undefined;
  /** Whose names model.safetensors has; left out: those of the encoder's parameters here. */
  readonly weightsFormat?: 'torchvision' | 'timm' | undefined;
  /** Training images that the ranges of 8-bit values are measured on; 128 by default. */
  readonly calibration?: number | undefined;
  /** The most points of kNN accuracy that int8 may cost; 1 by default. */
  readonly maxKnnLoss?: number | undefined;
  /** Measure kNN accuracy and alignment of what was written; true by default. */
  readonly measure?: boolean | undefined;
  /** Where the run's data lies now. */
  readonly data?: string | undefined;
  /** What the user says of the data's license, for the model card. */
  readonly license?: string | undefined;
  readonly onStage?: ((stage: string, done: number, total: number) => void) | undefined;
}

/** Images that all files are compared with LibTorch on. */
const checked = 32;
const batchSize = 8;

/**
 * Writes the encoder of a run as ONNX and safetensors, and compares each file with LibTorch.
 * @throws {UserError} if `out` is not empty, the data is gone, a file differs too much, or int8 costs too much
 */
export async function exportRun(
  run: RunFolder,
  out: string,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const folder = resolve(out);
  refuseForeign(folder);
  makeFolder(dirname(folder));
  using _lock = await lockFile(`${folder}.lock`, { what: `${folder} is being written` });
  refuseForeign(folder); // another process may have filled it meanwhile
  return await replaceFolderAsync(folder, (aside) => writeExport(run, aside, options));
}

/** Writes every file of the export into an empty folder, and checks it. */
async function writeExport(run: RunFolder, aside: string, options: ExportOptions): Promise<ExportReport> {
  const { checkpoint = 'last', projector = false, formats = allFormats, measure = true } = options;
  mkdirSync(join(aside, 'onnx'));
  setNumThreads(usualThreads());

  using loaded = loadRunNetwork(run, { checkpoint, projector });
  const config = options.data === undefined ? loaded.config : withData(loaded.config, options.data);
  const { size } = config.views;
  const graph = foldBatchNorm(
    recordNetwork(loaded.network, { name: config.encoder.name, height: size, width: size }),
  );
  const dimensions = graph.outputs[0]!.dims![1] as number;
  writeJson(join(aside, 'config.json'), modelConfig(config, dimensions));
  writeJson(join(aside, 'preprocessor_config.json'), preprocessorConfig(config));
  const { weightsFormat } = options;
  if (weightsFormat === undefined) saveWeights(join(aside, 'model.safetensors'), loaded.model.encoder);
  else saveWeightsAs(join(aside, 'model.safetensors'), loaded.model.encoder, weightsFormat);
  if (projector && loaded.model.projector !== null)
    saveWeights(join(aside, 'projector.safetensors'), loaded.model.projector);
  writeGraph(aside, 'float32', graph);
  if (formats.includes('float16')) writeGraph(aside, 'float16', toFloat16(graph));

  const needsImages = measure || formats.includes('int8');
  const samples = needsImages ? await openCheckSamples(config, options.calibration ?? 128) : null;
  await using encoder = await OnnxEncoder.load(join(aside, fileNames.float32));
  if (formats.includes('int8') && samples !== null) {
    const batches = await pixelBatches(encoder, samples.calibration, size);
    const ranges = await calibrate(graph, valuesToQuantize(graph), batches, (done, total) =>
      options.onStage?.('calibrating', done, total),
    );
    writeGraph(aside, 'int8', quantize(graph, ranges));
  }
  const asking = samples === null ? [] : checkSamples(samples);
  const batches = asking.length > 0 ? await pixelBatches(encoder, asking, size) : [noise(size)];
  const files = await checkFiles(
    aside,
    allFormats.filter((one) => formats.includes(one) || one === 'float32'),
    {
      loaded: { ...loaded, config },
      batches,
      samples: measure ? samples : null,
      options,
    },
  );
  const report: ExportReport = {
    xclr: version,
    run: basename(run.path),
    step: loaded.step,
    dimensions,
    images: {
      checked: asking.length,
      calibrated: formats.includes('int8') ? (samples?.calibration.length ?? 0) : 0,
      split: samples?.split ?? null,
    },
    wholePath: projector || asking.length === 0 ? null : await wholePath(run, checkpoint, encoder, asking),
    preparationDiffers: preparationDiffers(config),
    files,
  };
  writeJson(join(aside, 'xclr.json'), report);
  writeFileSync(join(aside, 'README.md'), modelCard(run, config, report, options));
  return report;
}

function withData(config: TrainConfig, path: string): TrainConfig {
  return { ...config, data: { ...config.data, path } };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

function writeGraph(folder: string, format: Format, graph: Graph): void {
  writeFileSync(
    join(folder, fileNames[format]),
    Buffer.concat(modelBytes(graph, { producer: 'xclr', version })),
  );
}

/** Images that ask, else those that were calibrated on. */
function checkSamples({ dataset, queries, calibration }: CheckSamples): readonly Sample[] {
  if (queries.length === 0) return calibration.slice(0, checked);
  return [...queries.subarray(0, checked)].map((i) => dataset.samples[i]!);
}

/** Images as the exported preprocessor makes them, so many at a time; broken ones are left out. */
async function pixelBatches(
  encoder: ImageEncoder,
  samples: readonly Sample[],
  size: number,
): Promise<PixelBatch[]> {
  const prepared = await Promise.all(
    samples.map(({ image }) => encoder.prepare(image).catch(() => undefined)),
  );
  const images = prepared.flatMap((image) => (image === undefined ? [] : [image.pixels]));
  if (images.length === 0) throw new UserError('export: none of the images for the check can be read');
  const each = 3 * size * size;
  return Array.from({ length: Math.ceil(images.length / batchSize) }, (_, batch) => {
    const some = images.slice(batch * batchSize, (batch + 1) * batchSize);
    const pixels = new Float32Array(some.length * each);
    some.forEach((image, i) => {
      pixels.set(image, i * each);
    });
    return { pixels, dims: [some.length, 3, size, size] };
  });
}

/** Something to compare outputs on where there are no images: fixed noise of a unit's size. */
function noise(size: number): PixelBatch {
  const pixels = Float32Array.from({ length: batchSize * 3 * size * size }, (_, i) => {
    const wave = Math.sin(i * 12.9898) * 43758.5453;
    return 2 * (wave - Math.floor(wave)) - 1;
  });
  return { pixels, dims: [batchSize, 3, size, size] };
}

interface Checking {
  readonly loaded: Pick<RunNetwork, 'network' | 'config'>;
  readonly batches: readonly PixelBatch[];
  /** Null: nothing is measured. */
  readonly samples: CheckSamples | null;
  readonly options: ExportOptions;
}

async function checkFiles(
  folder: string,
  written: readonly Format[],
  { loaded, batches, samples, options }: Checking,
): Promise<ExportedFile[]> {
  const expected = referenceRows(loaded.network, batches);
  const files: ExportedFile[] = [];
  for (const format of written) {
    await using encoder = await OnnxEncoder.load(join(folder, fileNames[format]));
    const rows: Float32Array[] = [];
    for (const batch of batches) rows.push(await encoder.embed(imagesOf(batch)));
    const got = Float32Array.from(rows.flatMap((part) => [...part]));
    const agreed = agreement(got, expected, encoder.dimensions);
    refuseDifference(format, agreed);
    const measures =
      samples === null || format === 'float16'
        ? {}
        : await measureEncoder(encoder, samples, loaded.config, (done, total) =>
            options.onStage?.(`measuring ${format}`, done, total),
          );
    const bytes = statSync(join(folder, fileNames[format])).size;
    const milliseconds = await timeOf(encoder, imagesOf(batches[0]!)[0]!);
    files.push({ format, file: fileNames[format], bytes, milliseconds, ...agreed, measures });
  }
  refuseLoss(files, options.maxKnnLoss ?? 1);
  return files;
}

function imagesOf({ pixels, dims }: PixelBatch): PreparedImage[] {
  const each = pixels.length / dims[0];
  return Array.from({ length: dims[0] }, (_, i) => ({
    pixels: pixels.subarray(i * each, (i + 1) * each),
    aspect: 1,
  }));
}

/** Median of eleven, after two that warm up. */
async function timeOf(encoder: ImageEncoder, image: PreparedImage): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 13; i++) {
    const began = performance.now();
    await encoder.embed([image]);
    times.push(performance.now() - began);
  }
  return times.slice(2).sort((a, b) => a - b)[5]!;
}

/** @throws {Error} a fault of the export, not of the user */
function refuseDifference(format: Format, { relative }: Agreement): void {
  const most = largestDifference[format];
  if (most !== undefined && !(relative <= most))
    throw new Error(
      `export: the ${format} file differs from LibTorch by ${relative.toExponential(1)}, more than ${most}`,
    );
}

/** Mean cosine between what evaluation sees of a run and what the exported folder makes of the same files. */
async function wholePath(
  run: RunFolder,
  checkpoint: 'last' | 'best',
  exported: ImageEncoder,
  samples: readonly Sample[],
): Promise<number> {
  await using own = new RunEncoder(run, { checkpoint, device: 'cpu' });
  const rows = async (encoder: ImageEncoder) =>
    encoder.embed(await Promise.all(samples.map(({ image }) => encoder.prepare(image))));
  return agreement(await rows(exported), await rows(own), own.dimensions).cosine;
}

function refuseForeign(folder: string): void {
  if (!existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0)) return;
  throw new UserError(
    `export: ${folder} exists and is not empty`,
    'Name another folder, or delete this one first: an export does not write into a folder with other files.',
  );
}
