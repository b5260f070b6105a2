// What an exported file is worth: kNN accuracy and alignment on held-out images, through its own preparation.
import { scoped, tensor } from '@xclr/torch';
import { describeCenter } from '../../evaluate/center.js';
import { captionGraph } from '../../evaluate/evaluate-run.js';
import { centerRows_, defaultTasks, evaluateTasks, type MetricResult } from '../../evaluate/index.js';
import type { TrainConfig } from '../../train/config.js';
import { embedSamples } from '../embed/embed-samples.js';
import type { ImageEncoder } from '../encoder/index.js';
import type { CheckSamples } from './check-samples.js';

export type Measures = Readonly<Record<string, MetricResult>>;

/** Metrics by name: knn_label where there are labels, alignment_captions and triplets_captions. */
export async function measureEncoder(
  encoder: ImageEncoder,
  { dataset, gallery, queries, split }: CheckSamples,
  config: TrainConfig,
  onProgress?: (done: number, total: number) => void,
): Promise<Measures> {
  if (split === null) return {};
  const wanted = [...gallery, ...queries];
  const { items, vectors } = await embedSamples(
    encoder,
    wanted.map((i) => dataset.samples[i]!),
    { batchSize: 32, onBatch: (done) => onProgress?.(done, wanted.length) },
  );
  const indexOf = new Map(wanted.map((i) => [dataset.samples[i]!.id, i]));
  const indices = Int32Array.from(items, ({ id }) => indexOf.get(id)!);
  const tasks = defaultTasks(dataset, { split }).filter(({ metric }) =>
    ['knn', 'alignment'].includes(metric),
  );
  const { graph } = await captionGraph(config, dataset);
  using captionSimilarity = graph;
  return scoped(() => {
    const rows = tensor(vectors, { shape: [items.length, encoder.dimensions] }); // (n, d)
    const images = centerRows_({ rows, indices }, gallery);
    return evaluateTasks({
      features: { rows, indices, centeredBy: describeCenter(images) },
      dataset,
      tasks,
      captionSimilarity,
      seed: config.seed,
    });
  });
}
