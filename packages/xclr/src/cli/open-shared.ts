// Opens the data of `xclr data …` and `xclr embed` as training would.
import { type Dataset, type DatasetOptions, openDataset } from '../data/index.js';
import type { TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';

/** @param more what training would not do, such as taking images without captions */
export function openShared(
  config: TrainConfig,
  more: Pick<DatasetOptions, 'imagesAlone'> = {},
): Promise<Dataset> {
  return openDataset(config.data.path, { ...datasetOptions(config), ...more });
}
