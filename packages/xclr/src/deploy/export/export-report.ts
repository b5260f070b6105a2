// What xclr.json in an exported folder holds: its files, and how they were checked.
import type { MetricResult } from '../../evaluate/index.js';
import { UserError } from '../../util/errors.js';
import type { Agreement } from './compare-outputs.js';
import type { Format } from './formats.js';
import type { Measures } from './measure.js';

/** One ONNX file, and how it compares with the run in LibTorch. */
export interface ExportedFile extends Agreement {
  readonly format: Format;
  readonly file: string;
  readonly bytes: number;
  /** One image through the network, on this machine with all its cores; median of some. */
  readonly milliseconds: number;
  /** Empty where nothing was measured. */
  readonly measures: Measures;
}

/** What xclr.json in the exported folder holds. */
export interface ExportReport {
  readonly xclr: string;
  readonly run: string;
  readonly step: number;
  readonly dimensions: number;
  readonly images: { readonly checked: number; readonly calibrated: number; readonly split: string | null };
  /** Mean cosine between the run's own evaluation and the exported folder, each with its own preparation. */
  readonly wholePath: number | null;
  /** What the folder's preprocessor cannot do that the run's evaluation does; null where it does the same. */
  readonly preparationDiffers: string | null;
  readonly files: readonly ExportedFile[];
}

/** kNN accuracy in points that a file loses beside float32; null where it was not measured. */
export function knnLoss(files: readonly ExportedFile[], format: Format): number | null {
  const value = (one: Format): number | null => {
    const measures = files.find((file) => file.format === one)?.measures ?? {};
    const knn: MetricResult | undefined = measures.knn_label;
    return knn?.value ?? null;
  };
  const [before, after] = [value('float32'), value(format)];
  return before === null || after === null ? null : 100 * (before - after);
}

/**
 * Decides by the number that it prints: a tenth of a point is one image of a thousand.
 * @param most points of kNN accuracy
 * @throws {UserError} where int8 costs more
 */
export function refuseLoss(files: readonly ExportedFile[], most: number): void {
  const loss = knnLoss(files, 'int8')?.toFixed(1);
  if (loss === undefined || Number(loss) <= most) return;
  throw new UserError(
    `export: int8 costs ${loss} points of kNN accuracy on held-out images, more than ${most}`,
    'Leave int8 out (--formats float32,float16), calibrate on more images (--calibration 512), or accept it (--max-knn-loss).',
  );
}
