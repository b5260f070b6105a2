// X-CLR, SupCon and SimCLR: the soft-target contrastive loss over a similarity graph.
import { viewsPerSample } from '../../data/augment/index.js';
import {
  batchTargets,
  distributionStatistics,
  meanSimilarity,
  type SimilarityGraph,
  targetRemarks,
} from '../../graph/index.js';
import { softTargetLoss, targetDistribution } from '../../losses/index.js';
import { buildGraph } from '../build-graph.js';
import { createTrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { forwardViews, inPrecision } from './forward.js';
import type { Objective, ObjectiveContext } from './objective.js';

export async function contrastiveObjective(context: ObjectiveContext): Promise<Objective> {
  const { config, dataset, training, device, onNotice, onEncode } = context;
  const { graph, description, notes } = await buildGraph(
    config,
    dataset,
    training,
    device,
    onNotice,
    onEncode,
  );
  const views = config.views.count === 'auto' ? 2 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  return {
    description,
    notes: [...notes, ...graphNotes(graph, context)],
    contrast: `a view is compared with ${viewsEach * (config.batchSize - 1)} views of other images`,
    views,
    chanceLoss: (images) => Math.log(viewsEach * images - 1),
    createLearner() {
      const model = createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
      return {
        model,
        measure({ sizes, ids, epoch }) {
          const z = inPrecision(config, device, () => forwardViews(sizes, model)); // (v·b, d)
          const logits = graph.logits(repeated(ids, viewsEach), { epoch }); // (v·b, v·b)
          const targets = targetDistribution(logits.to({ dtype: 'float32' })); // (v·b, v·b), for the loss and the log
          return {
            loss: softTargetLoss(z, targets, { temperature: config.loss.temperature }),
            statistics: () => distributionStatistics(targets, { views: viewsEach }),
          };
        },
      };
    },
    [Symbol.dispose]: () => graph[Symbol.dispose](),
  };
}

/** What `xclr graph inspect` would warn of, where the graph is of similarities; and how similar images are. */
function graphNotes(
  graph: SimilarityGraph,
  { config, training }: Pick<ObjectiveContext, 'config' | 'training'>,
): string[] {
  const { seed, batchSize } = config;
  if (config.graph.kind === 'labels' || config.graph.kind === 'identity') return [];
  const mean = meanSimilarity(graph, training, seed);
  const targets = batchTargets(graph, training, { batch: batchSize, seed });
  // Where τ_s was calibrated, advice to calibrate it would be a false alarm.
  const calibrated = config.graph.temperature === 'auto';
  const remarks = targetRemarks(mean, targets).filter(
    ({ level, about }) => level !== 'good' && !(calibrated && about === 'temperature'),
  );
  const percent = Math.round(100 * targets.positiveMass);
  return [
    `two images have a mean similarity of ${mean.toFixed(2)}; ${percent} % of a target lies on the other view of the same image`,
    ...remarks.map(
      ({ title, text, remedy }) =>
        `warning: ${title}. ${text}${remedy === undefined ? '' : `\n  → ${remedy}`}`,
    ),
  ];
}

/** Views come view-major: all first views, then all second ones, and so on. */
function repeated(ids: Int32Array, views: number): Int32Array {
  return Int32Array.from({ length: views * ids.length }, (_, i) => ids[i % ids.length]!);
}
