// `xclr export`: a run as a folder for onnxruntime, transformers.js, torchvision and timm.
import { basename } from 'node:path';
import { openDataset } from '../data/index.js';
import { type ExportReport, exportRun, type Format, knnLoss } from '../deploy/export/index.js';
import { exportWeb } from '../deploy/web/export-web.js';
import { datasetOptions } from '../train/dataset-options.js';
import { RunFolder } from '../train/run-folder.js';
import { type Progress, startProgress } from '../util/progress.js';
import { textTable } from '../util/table.js';

export interface ExportFlags {
  readonly checkpoint: 'last' | 'best';
  readonly projector?: boolean;
  readonly formats: readonly Format[];
  readonly weightsFormat?: 'torchvision' | 'timm';
  readonly calibration: number;
  readonly maxKnnLoss: number;
  readonly measure: boolean;
  readonly data?: string;
  readonly license?: string;
  readonly web?: string;
  readonly webItems: number;
}

export async function exportCommand(path: string, out: string, flags: ExportFlags): Promise<void> {
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
  const table = textTable(['file', 'size', 'per image', 'differs by', 'cosine', 'kNN', 'alignment'], rows);
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
    ...(report.preparationDiffers === null ? [] : [report.preparationDiffers]),
  ].join('\n');
}
