// Opens the data of `xclr data …` and `xclr embed` as training would.
import { type Dataset, openDataset } from '../data/index.js';
import type { TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';

export function openShared(config: TrainConfig): Promise<Dataset> {
  return openDataset(config.data.path, datasetOptions(config));
}
