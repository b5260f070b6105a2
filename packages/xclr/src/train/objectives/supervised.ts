// The supervised baseline: cross-entropy of a linear head over the training labels.
import { nn, type Tensor, tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import { treeSmoothedLabels } from '../../graph/taxonomy/heights.js';
import { readTaxonomy } from '../../graph/taxonomy/read.js';
import { placesOf, type Taxonomy } from '../../graph/taxonomy/tree.js';
import { smoothedEntropy, softLabelLoss, supervisedLoss } from '../../losses/index.js';
import { createEncoder, type Encoder } from '../../models/index.js';
import { UserError } from '../../util/errors.js';
import { TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { forwardViews, inPrecision } from './forward.js';
import type { Objective, ObjectiveContext } from './objective.js';

/** The encoder and the classifier that is thrown away after training; there is no projector. */
class ClassifierModel extends TrainingModel {
  readonly head: nn.Linear;

  constructor(encoder: Encoder, classes: number) {
    super(encoder, null);
    this.head = new nn.Linear(encoder.features, classes);
  }

  override forward(views: Tensor): Tensor {
    return this.head.call(this.encoder.call(views)); // (n, classes)
  }
}

export function supervisedObjective(context: ObjectiveContext): Objective {
  const { config, device } = context;
  const { labelSmoothing, labelTree, labelTreeSharpness } = config.loss;
  const { names, classOf } = classesOf(context);
  const smoothed =
    labelTree === undefined ? null : smoothedBy(readTaxonomy(labelTree), names, labelTreeSharpness);
  const views = config.views.count === 'auto' ? 1 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  return {
    description: `supervised: ${names.length} classes${labelSmoothing > 0 ? `, label smoothing ${labelSmoothing}` : ''}${smoothed === null ? '' : `, labels smoothed along ${labelTree}, β ${labelTreeSharpness}`}`,
    notes: [],
    contrast: `a view is classified into ${names.length} classes`,
    views,
    chanceLoss: () => Math.log(names.length),
    createLearner() {
      const { name, stem, width } = config.encoder;
      const model = new ClassifierModel(createEncoder(name, { stem, width }), names.length);
      model.to({ device, memoryFormat: 'channels_last' });
      return {
        model,
        embed: ({ sizes }) => [inPrecision(config, device, () => forwardViews(sizes, model))], // (v·b, classes)
        compare([logits], _, { own }) {
          const classes = tensor(
            Int32Array.from({ length: viewsEach * own.length }, (_, i) => classOf[own[i % own.length]!]!),
            { device },
          ).to({ dtype: 'int64' }); // (v·b)
          return {
            loss:
              smoothed === null
                ? supervisedLoss(logits!, classes, { labelSmoothing })
                : softLabelLoss(logits!, rowsOf(smoothed.targets, classes)),
            statistics: () => ({
              sums: null,
              read: () => ({
                targetEntropy: smoothed?.entropy ?? smoothedEntropy(names.length, labelSmoothing),
                positiveMass: smoothed?.own ?? 1 - labelSmoothing + labelSmoothing / names.length,
              }),
            }),
          };
        },
      };
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** Targets of the classes that a tree smooths, their mean entropy in nats and the mean weight of the right class. */
interface Smoothed {
  /** (c, c) rows of sum 1 */
  readonly targets: Float64Array;
  readonly entropy: number;
  readonly own: number;
}

function smoothedBy(taxonomy: Taxonomy, names: readonly string[], sharpness: number): Smoothed {
  const targets = treeSmoothedLabels(taxonomy, placesOf(taxonomy, names), sharpness);
  const c = names.length;
  const entropy = targets.reduce((sum, p) => sum - (p === 0 ? 0 : p * Math.log(p)), 0) / c;
  return { targets, entropy, own: names.reduce((sum, _, a) => sum + targets[a * c + a]!, 0) / c };
}

/** (n, c) float32 target of each class (n) int64. */
function rowsOf(targets: Float64Array, classes: Tensor): Tensor {
  const c = Math.sqrt(targets.length);
  const all = tensor(Float32Array.from(targets), { shape: [c, c], device: classes.device }); // (c, c)
  return all.indexSelect(0, classes); // (n, c)
}

/** The training labels in order, and each sample's among them. */
function classesOf({ dataset, training, validation }: ObjectiveContext): {
  names: string[];
  classOf: Int32Array;
} {
  const { samples } = dataset;
  const found = new Set<string>();
  for (const index of training) {
    const { label, id } = samples[index]!;
    if (label === null) {
      throw new UserError(
        `method supervised: every training sample needs a label, and "${id}" has none`,
        'Name the label column (--data-label-column), or use another method.',
      );
    }
    found.add(label);
  }
  const names = [...found].sort();
  if (names.length < 2) {
    throw new UserError(
      `method supervised: expected at least 2 classes in the training part, got ${names.length}`,
      'Check --data-train and the label column.',
    );
  }
  const places = new Map(names.map((name, place) => [name, place]));
  const classOf = Int32Array.from(samples, ({ label }) => places.get(label ?? '') ?? -1);
  const unseen = validation.find((index) => classOf[index] === -1);
  if (unseen !== undefined) {
    throw new UserError(
      `method supervised: the validation part has the label "${samples[unseen]!.label}", which no training sample has`,
      'Choose splits in which every class has training samples, or leave those samples out with --data-only.',
    );
  }
  return { names, classOf };
}
