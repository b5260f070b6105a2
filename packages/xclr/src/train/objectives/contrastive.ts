// X-CLR, SupCon and SimCLR: the soft-target contrastive loss over a similarity graph, with prototypes beside the pairs where asked for.
import { cat, nn, noGrad, type Tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import { batchTargets, meanSimilarity, type SimilarityGraph, targetRemarks } from '../../graph/index.js';
import { buildGraph } from '../build-graph.js';
import type { TrainConfig } from '../config.js';
import { createParts, TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { forwardBoth, forwardViews, inPrecision } from './forward.js';
import { EmbeddingMemory } from './memory.js';
import type { Learner, Measured, Objective, ObjectiveContext } from './objective.js';
import { measurePairs, type PairSetup, repeated } from './pairs.js';
import { createPrototypes, type MeasuredPrototypes, type Prototypes } from './prototypes.js';
import { Teacher } from './teacher.js';

export async function contrastiveObjective(context: ObjectiveContext): Promise<Objective> {
  const { config, dataset, training, device, processes = 1, onNotice, onEncode } = context;
  const { graph, description, notes, rows } = await buildGraph(
    { ...config, batchSize: processes * config.batchSize },
    dataset,
    training,
    device,
    onNotice,
    onEncode,
  );
  const views = config.views.count === 'auto' ? 2 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  const setup = { config, graph, viewsEach };
  const { weight } = config.loss.prototypes;
  const prototypes = weight > 0 ? prototypesOf(context, graph, rows) : null;
  const others = viewsEach * (processes * config.batchSize - 1);
  const { memory } = config.loss;
  const past = memory === 0 ? '' : ` and ${memory.toLocaleString('en')} of earlier steps`;
  return {
    description: [
      description,
      ...additions(config),
      ...(prototypes === null ? [] : [prototypes.description]),
    ].join('; '),
    notes: [...notes, ...(prototypes?.notes ?? []), ...graphNotes(graph, context)],
    graph,
    contrast: `a view is compared with ${others} views of other images${past}`,
    views,
    chanceLoss: (images) =>
      (1 - weight) * Math.log(viewsEach * images - 1 + memory) + weight * (prototypes?.chanceLoss ?? 0),
    createLearner: () => contrastiveLearner(setup, device, prototypes),
    [Symbol.dispose]() {
      prototypes?.[Symbol.dispose]();
      graph[Symbol.dispose]();
    },
  };
}

/** What is added to the pairs' targets, for the record. */
function additions({ loss: { targetSmoothing, teacher, memory } }: TrainConfig): string[] {
  return [
    ...(targetSmoothing > 0 ? [`target smoothing ${targetSmoothing}`] : []),
    ...(teacher.weight > 0
      ? [
          `targets mixed with those of the encoder's moving average (weight ${teacher.weight}, momentum ${teacher.momentum}, τ_t ${teacher.temperature})`,
        ]
      : []),
    ...(memory > 0 ? [`a memory of ${memory.toLocaleString('en')} embeddings`] : []),
  ];
}

/** Encoder and projector, and what is learned or kept beside them: state dicts without an addition are as ever. */
class ContrastiveModel extends TrainingModel {
  readonly anchors: nn.Linear | null;
  readonly teacher: Teacher | null;
  readonly memory: EmbeddingMemory | null;

  constructor(config: TrainConfig, prototypes: Prototypes | null) {
    const { encoder, projector } = createParts(config);
    super(encoder, projector);
    const { teacher, memory } = config.loss;
    this.anchors = prototypes === null ? null : prototypes.createLayer();
    this.teacher = teacher.weight > 0 ? new Teacher(config, this) : null;
    this.memory = memory > 0 ? new EmbeddingMemory(memory, projector.output) : null;
  }
}

function contrastiveLearner(setup: PairSetup, device: string, prototypes: Prototypes | null): Learner {
  const { config, viewsEach } = setup;
  const model = new ContrastiveModel(config, prototypes);
  model.to({ device, memoryFormat: 'channels_last' });
  const { teacher, memory, anchors } = model;
  const ofFeatures = prototypes !== null && config.loss.prototypes.input === 'features';
  let latest: { readonly z: Tensor; readonly ids: Int32Array } | undefined;
  return {
    model,
    embed({ sizes }) {
      if (!ofFeatures) return [inPrecision(config, device, () => forwardViews(sizes, model))]; // (v·b, d)
      const [features, z] = inPrecision(config, device, () => forwardBoth(sizes, model));
      return [z, features]; // (v·b, d), (v·b, f)
    },
    ...(teacher !== null && { observe: ({ sizes }) => [vectorsOf(teacher, sizes, { config, device })] }),
    compare([own, features], [taught], batch) {
      const z = batch.rows(own!); // (v·B, d)
      latest = { z, ids: batch.ids };
      const vectors = taught === undefined ? null : noGrad(() => batch.rows(taught)); // (v·B, d)
      const helpers = { teacher: vectors, memory: model.training ? memory : null };
      const pairs = measurePairs(setup, z, batch, helpers);
      if (prototypes === null) return pairs;
      return weighted(config, pairs, prototypes.measure(anchors!, ofFeatures ? features! : own!, batch));
    },
    ...((teacher !== null || memory !== null) && {
      afterStep() {
        teacher?.follow(model, config.loss.teacher.momentum);
        if (latest !== undefined) memory?.push(latest.z, repeated(latest.ids, viewsEach));
      },
    }),
  };
}

/** (v·b, d) of the teacher, without gradients. */
function vectorsOf(
  teacher: Teacher,
  sizes: readonly Tensor[],
  { config, device }: { readonly config: TrainConfig; readonly device: string },
): Tensor {
  // Its activations are not kept for a backward pass: who records the layers to estimate memory must not see them.
  const unseen = (leaf: nn.AnyModule, inputs: readonly unknown[]) => leaf.forward(...(inputs as never[]));
  return noGrad(() =>
    nn.recordLeaves(unseen, () => inPrecision(config, device, () => forwardViews(sizes, teacher))),
  );
}

/** (1 − λ) · pairs + λ · prototypes. */
function weighted({ loss }: TrainConfig, pairs: Measured, anchors: MeasuredPrototypes): Measured {
  const { weight } = loss.prototypes;
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

/** What `xclr graph inspect` would warn of, where the graph is of similarities; and how similar images are. */
function graphNotes(
  graph: SimilarityGraph,
  { config, training, processes = 1 }: Pick<ObjectiveContext, 'config' | 'training' | 'processes'>,
): string[] {
  const { seed, batchSize } = config;
  if (config.graph.kind === 'labels' || config.graph.kind === 'identity') return [];
  const mean = meanSimilarity(graph, training, seed);
  const targets = batchTargets(graph, training, { batch: processes * batchSize, seed });
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
