// CLIP: images and their captions meet in one space, by a learned text tower or by a frozen text encoder's vectors.
import { nn, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import { viewsPerSample } from '../../data/augment/index.js';
import type { SimilarityGraph } from '../../graph/index.js';
import type { Encoder, Projector } from '../../models/index.js';
import { UserError } from '../../util/errors.js';
import { buildGraph } from '../build-graph.js';
import { createParts, TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';
import { rowsOfSamples } from './anchors/captions.js';
import { type CaptionSide, frozenCaptions, towerCaptions } from './clip-captions.js';
import { measureCaptions } from './clip-pairs.js';
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
        embed({ sizes, own, epoch }) {
          const z = inPrecision(config, device, () => forwardViews(sizes, model)); // (v·b, d)
          const rows = side.rowsOf(own, epoch); // (b)
          return [z, inPrecision(config, device, () => side.encode(model.text, rows))]; // (v·b, d), (b, d)
        },
        compare([views, texts], _, batch) {
          const captionRows = side.rowsOf(batch.ids, batch.epoch); // (B)
          const measured = measureCaptions(
            {
              images: batch.rows(views!).chunk(viewsEach, { dim: 0 }), // (B, d) each
              captions: batch.rows(texts!), // (B, d)
              scale: model.scale(),
              codes: maskSameCaptions ? tensor(captionRows, { device }) : null, // (B)
            },
            batch,
            { loss: config.loss, graph: soft?.graph ?? null },
          );
          return { ...measured, comparable: !maskSameCaptions || new Set(captionRows).size > 1 };
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
