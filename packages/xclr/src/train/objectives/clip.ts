// CLIP: images and their captions meet in one space, by a learned text tower or by a frozen text encoder's vectors.
import { nn, noGrad, scoped, stack, type Tensor, tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import type { SimilarityGraph } from '../../graph/index.js';
import { clipLoss, softClipLoss, softClipTargets } from '../../losses/index.js';
import type { Encoder, Projector } from '../../models/index.js';
import { UserError } from '../../util/errors.js';
import { buildGraph } from '../build-graph.js';
import { createParts, TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { rowsOfSamples } from './anchors/captions.js';
import { type CaptionSide, frozenCaptions, towerCaptions } from './clip-captions.js';
import { forwardViews, inPrecision } from './forward.js';
import type { Objective, ObjectiveContext, PendingStatistics } from './objective.js';

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
  const { config, device, processes = 1 } = context;
  const views = config.views.count === 'auto' ? 1 : config.views.count;
  const viewsEach = viewsPerSample(viewRecipe(config.views), views);
  const { maskSameCaptions, softTargets } = config.loss;
  const soft = softTargets > 0 ? await softening(context) : null;
  const side = await captionSide(context).catch((error: unknown) => {
    soft?.graph[Symbol.dispose]();
    throw error;
  });
  return {
    description:
      soft === null
        ? side.description
        : `${side.description}; soft targets by ${soft.description}, β ${softTargets}`,
    notes: [...side.notes, ...(soft?.notes ?? [])],
    contrast: `an image is compared with ${processes * config.batchSize - 1} captions of other images`,
    views,
    chanceLoss: (images) => Math.log(images),
    createLearner() {
      const { encoder, projector } = createParts(config);
      const model = new ClipModel(encoder, projector, side.createModule(config.projector.out));
      model.to({ device, memoryFormat: 'channels_last' });
      return {
        model,
        afterStep: () => model.clampScale(),
        measure({ sizes, own, ids, rows, epoch }) {
          const texts = side.rowsOf(ids, epoch);
          const z = rows(inPrecision(config, device, () => forwardViews(sizes, model))); // (v·B, d)
          const inputs = side.inputs(side.rowsOf(own, epoch)); // (b, …)
          const captions = rows(inPrecision(config, device, () => model.text.call(inputs))); // (B, d)
          const scale = model.scale();
          const options = maskSameCaptions ? { same: sameRows(texts, device) } : {};
          const targets =
            soft === null ? null : softClipTargets(soft.graph.logits(ids, { epoch }), softTargets, options); // (B, B)
          // Each view of an image is compared with the batch's captions separately.
          const losses = z
            .chunk(viewsEach, { dim: 0 })
            .map((view) =>
              targets === null
                ? clipLoss(view, captions, scale, options)
                : softClipLoss(view, captions, scale, targets, options),
            );
          return {
            loss: losses.reduce((sum, loss) => sum.add(loss)).div(viewsEach),
            comparable: !maskSameCaptions || new Set(texts).size > 1,
            statistics: () => statisticsOf(targets, ids.length),
          };
        },
      };
    },
    [Symbol.dispose]() {
      soft?.graph[Symbol.dispose]();
      side[Symbol.dispose]();
    },
  };
}

async function captionSide(context: ObjectiveContext): Promise<CaptionSide> {
  return context.config.method === 'clip' ? towerCaptions(context) : await frozenCaptions(context);
}

/** The graph whose similarities soften the targets. @throws {UserError} where it has nothing to grade */
async function softening(
  context: ObjectiveContext,
): Promise<{ graph: SimilarityGraph; description: string; notes: readonly string[] }> {
  const { config, dataset, training, device, processes = 1, onNotice, onEncode } = context;
  const { graph, description, notes, rows } = await buildGraph(
    { ...config, batchSize: processes * config.batchSize },
    dataset,
    training,
    device,
    onNotice,
    onEncode,
  );
  if (rows !== undefined && rowsOfSamples(rows, training).length < 2) {
    graph[Symbol.dispose]();
    throw new UserError(
      `loss.softTargets: all ${training.length} training images have one and the same caption, so that no caption is more similar than another`,
      'Leave --soft-targets out, or name the column with the captions (--data-caption-column).',
    );
  }
  return { graph, description, notes };
}

/** (b, b) targets with the own caption on the diagonal, or null for it alone: their entropy, and the mass on the own caption. */
function statisticsOf(targets: Tensor | null, b: number): PendingStatistics {
  if (targets === null) return { sums: null, read: () => ({ targetEntropy: 0, positiveMass: 1 }) };
  const terms = targets.mul(targets.log().maskedFill(targets.eq(0), 0)); // (b, b)
  return {
    sums: stack([terms.sum(), targets.diagonal().sum()]), // (2)
    read: ([sum = 0, own = 0]) => ({ targetEntropy: -sum / b, positiveMass: own / b }),
  };
}

/** (b, b) true where two images of the batch have the same caption. */
function sameRows(rows: Int32Array, device: string): Tensor {
  const one = tensor(rows, { device }); // (b)
  return one.unsqueeze(0).eq(one.unsqueeze(1));
}
