// CLIP: images and their captions meet in one space, by a learned text tower or by a frozen text encoder's vectors.
import { nn, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import { clipLoss } from '../../losses/index.js';
import type { Encoder, Projector } from '../../models/index.js';
import { createParts, TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { type CaptionSide, frozenCaptions, towerCaptions } from './clip-captions.js';
import { forwardViews, inPrecision } from './forward.js';
import type { Objective, ObjectiveContext } from './objective.js';

/** ln of the scale that logits start with, and that they may not pass: Radford et al. 2021, section 2.5. */
const firstLogScale = Math.log(1 / 0.07);
const mostLogScale = Math.log(100);

/** Two towers and the learned temperature between them. */
class ClipModel extends TrainingModel {
  readonly text: nn.Module;
  readonly logitScale: nn.Parameter; // (): ln of what multiplies the cosines

  constructor(encoder: Encoder, projector: Projector, text: nn.Module) {
    super(encoder, projector);
    this.text = text;
    this.logitScale = nn.parameter(tensor(Float32Array.of(firstLogScale)));
  }

  /** What cosines are multiplied by. */
  scale(): Tensor {
    return this.logitScale.exp();
  }

  /** The parameter is clamped after each step, as published: its gradient stays, so that it can come back from the limit. */
  clampScale(): void {
    noGrad(() => scoped(() => void this.logitScale.clamp_({ max: mostLogScale })));
  }
}

export async function clipObjective(context: ObjectiveContext): Promise<Objective> {
  const { config, device } = context;
  const side: CaptionSide = config.method === 'clip' ? towerCaptions(context) : await frozenCaptions(context);
  const views = config.views.count === 'auto' ? 1 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  const { maskSameCaptions } = config.loss;
  return {
    description: side.description,
    notes: side.notes,
    contrast: `an image is compared with ${config.batchSize - 1} captions of other images`,
    views,
    chanceLoss: (images) => Math.log(images),
    createLearner() {
      const { encoder, projector } = createParts(config);
      const model = new ClipModel(encoder, projector, side.createModule(config.projector.out));
      model.to({ device, memoryFormat: 'channels_last' });
      return {
        model,
        afterStep: () => model.clampScale(),
        measure({ sizes, ids, epoch }) {
          const rows = side.rowsOf(ids, epoch);
          const z = inPrecision(config, device, () => forwardViews(sizes, model)); // (v·b, d)
          const captions = inPrecision(config, device, () => model.text.call(side.inputs(rows))); // (b, d)
          const scale = model.scale();
          const options = maskSameCaptions ? { same: sameRows(rows, device) } : {};
          // Each view of an image is compared with the batch's captions separately.
          const losses = z
            .chunk(viewsEach, { dim: 0 })
            .map((view) => clipLoss(view, captions, scale, options));
          return {
            loss: losses.reduce((sum, loss) => sum.add(loss)).div(viewsEach),
            comparable: !maskSameCaptions || new Set(rows).size > 1,
            statistics: () => ({ targetEntropy: 0, positiveMass: 1 }),
          };
        },
      };
    },
    [Symbol.dispose]: () => side[Symbol.dispose](),
  };
}

/** (b, b) true where two images of the batch have the same caption. */
function sameRows(rows: Int32Array, device: string): Tensor {
  const one = tensor(rows, { device }); // (b)
  return one.unsqueeze(0).eq(one.unsqueeze(1));
}
