// The supervised baseline: cross-entropy of a linear head over the training labels.
import { nn, type Tensor, tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import { smoothedEntropy, supervisedLoss } from '../../losses/index.js';
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
  const { labelSmoothing } = config.loss;
  const { names, classOf } = classesOf(context);
  const views = config.views.count === 'auto' ? 1 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  return {
    description: `supervised: ${names.length} classes${labelSmoothing > 0 ? `, label smoothing ${labelSmoothing}` : ''}`,
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
            loss: supervisedLoss(logits!, classes, { labelSmoothing }),
            statistics: () => ({
              sums: null,
              read: () => ({
                targetEntropy: smoothedEntropy(names.length, labelSmoothing),
                positiveMass: 1 - labelSmoothing + labelSmoothing / names.length,
              }),
            }),
          };
        },
      };
    },
    [Symbol.dispose]: () => undefined,
  };
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
