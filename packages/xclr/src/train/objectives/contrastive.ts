// X-CLR, SupCon and SimCLR: the soft-target contrastive loss over a similarity graph, with prototypes beside the pairs where asked for.
import { cat, type Tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import {
  batchTargets,
  distributionSums,
  meanSimilarity,
  type SimilarityGraph,
  statisticsOfSums,
  targetRemarks,
} from '../../graph/index.js';
import { noPositive, softTargetLoss, softTargets } from '../../losses/index.js';
import { buildGraph } from '../build-graph.js';
import { createTrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { forwardBoth, forwardViews, inPrecision } from './forward.js';
import type { BatchViews, Learner, Measured, Objective, ObjectiveContext } from './objective.js';
import { createPrototypes, type Prototypes } from './prototypes.js';

export async function contrastiveObjective(context: ObjectiveContext): Promise<Objective> {
  const { config, dataset, training, device, onNotice, onEncode } = context;
  const { graph, description, notes, rows } = await buildGraph(
    config,
    dataset,
    training,
    device,
    onNotice,
    onEncode,
  );
  const views = config.views.count === 'auto' ? 2 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  const measurePairs = (z: Tensor, { ids, epoch }: BatchViews): Measured => {
    const logits = graph.logits(repeated(ids, viewsEach), { epoch }); // (v·b, v·b)
    const targets = softTargets(logits.to({ dtype: 'float32' })); // (v·b, v·b), for the loss and the log
    return {
      loss: softTargetLoss(z, targets, { temperature: config.loss.temperature }),
      fault: { flag: targets.isnan().any(), error: noPositive },
      statistics: () => ({
        sums: distributionSums(targets, { views: viewsEach }), // (2)
        read: (sums) => statisticsOfSums(sums, viewsEach * ids.length),
      }),
    };
  };
  const { weight } = config.loss.prototypes;
  const prototypes = weight > 0 ? prototypesOf(context, graph, rows) : null;
  return {
    description: prototypes === null ? description : `${description}; ${prototypes.description}`,
    notes: [...notes, ...(prototypes?.notes ?? []), ...graphNotes(graph, context)],
    contrast: `a view is compared with ${viewsEach * (config.batchSize - 1)} views of other images`,
    views,
    chanceLoss: (images) =>
      (1 - weight) * Math.log(viewsEach * images - 1) + weight * (prototypes?.chanceLoss ?? 0),
    createLearner() {
      if (prototypes !== null) return prototypeLearner(context, prototypes, measurePairs);
      const model = createTrainingModel(config).to({ device, memoryFormat: 'channels_last' });
      return {
        model,
        measure: (batch) =>
          measurePairs(
            inPrecision(config, device, () => forwardViews(batch.sizes, model)), // (v·b, d)
            batch,
          ),
      };
    },
    [Symbol.dispose]() {
      prototypes?.[Symbol.dispose]();
      graph[Symbol.dispose]();
    },
  };
}

/** The graph is disposed of where there can be no prototypes. */
function prototypesOf(...[context, graph, rows]: Parameters<typeof createPrototypes>): Prototypes {
  try {
    return createPrototypes(context, graph, rows);
  } catch (error) {
    graph[Symbol.dispose]();
    throw error;
  }
}

/** (1 − λ) · pairs + λ · prototypes. */
function prototypeLearner(
  { config, device }: ObjectiveContext,
  prototypes: Prototypes,
  measurePairs: (z: Tensor, batch: BatchViews) => Measured,
): Learner {
  const { weight, input } = config.loss.prototypes;
  const model = prototypes.createModel();
  model.to({ device, memoryFormat: 'channels_last' });
  return {
    model,
    measure(batch) {
      const [features, z] = inPrecision(config, device, () => forwardBoth(batch.sizes, model)); // (v·b, f), (v·b, d)
      const pairs = measurePairs(z, batch);
      const x = input === 'features' ? features : z;
      const anchors = prototypes.measure(model, x, batch.ids, batch.epoch);
      return {
        ...pairs,
        loss: pairs.loss.mul(1 - weight).add(anchors.loss.mul(weight)),
        statistics() {
          const { sums, read } = pairs.statistics();
          const { sum, entropyOf } = anchors.targets(); // ()
          return {
            sums: cat([sum.unsqueeze(0), ...(sums === null ? [] : [sums])], { dim: 0 }), // (3)
            read([ofAnchors = Number.NaN, ...ofPairs]) {
              const { targetEntropy, positiveMass } = read(ofPairs);
              const entropy = (1 - weight) * targetEntropy + weight * entropyOf(ofAnchors);
              return { targetEntropy: entropy, positiveMass };
            },
          };
        },
      };
    },
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
  // Where τ_s was calibrated or follows from a perplexity, advice to calibrate it would be a false alarm.
  const calibrated = typeof config.graph.temperature === 'string';
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
