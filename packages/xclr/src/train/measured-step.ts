// The loss of a step and the way back from it: the views all at once, or in chunks where their activations would be too much.
//
// In chunks (GradCache: Gao et al. 2021, arXiv 2101.06983) the embeddings of all chunks are made first, without keeping activations;
// the loss of all of them gives each embedding's gradient; then each chunk goes through the networks again, and back from these. The
// batch is compared as a whole, which adding up the gradients of smaller batches' losses does not do.
import { cat, grad, nn, noGrad, scalarWithGradients, scoped, type Tensor, zeros } from '@xclr/torch';
import { type SampleRange, samplesOf, type ViewedImages, type ViewSetup, viewsOf } from './made-views.js';
import { inPrecision } from './objectives/forward.js';
import { type Learner, type Measured, measure } from './objectives/index.js';
import { alone, type World } from './world/world.js';

export interface MeasureSetup extends ViewSetup {
  readonly learner: Learner;
  /** The processes that train together; `alone` by default. */
  readonly world?: World;
}

export interface MeasuredStep extends Measured {
  /**
   * Brings the gradients of a loss made from `loss` to the parameters, but for a last pass: a scalar to go backward from.
   */
  lastPass(loss: Tensor): Tensor;
  /** To be called when that pass went backward: the way through blocks whose inside was not kept. */
  afterLastPass(): void;
}

/** Chunks of at most `most` samples, all of about one size. @internal */
export function chunksOf(b: number, most: number | null): SampleRange[] {
  const count = most === null ? 1 : Math.max(1, Math.ceil(b / most));
  const startOf = (chunk: number) => Math.floor((chunk * b) / count);
  return Array.from({ length: count }, (_, chunk) => ({ start: startOf(chunk), end: startOf(chunk + 1) }));
}

/** The loss of one batch: its views are made, and the method's learner measures them among those of all processes. */
export function measureBatch(setup: MeasureSetup, batch: ViewedImages, epoch: number): Measured {
  return measureStep(setup, batch, epoch, { goesBack: false });
}

/** The same, for a step that goes backward. */
export function measureStep(
  setup: MeasureSetup,
  batch: ViewedImages,
  epoch: number,
  { goesBack = true }: { readonly goesBack?: boolean } = {},
): MeasuredStep {
  const { config, learner, world = alone } = setup;
  const chunks = chunksOf(batch.indices.length, config.chunkSize);
  if (chunks.length > 1) return measureChunks(setup, batch, epoch, chunks);
  const views = viewsOf(setup, batch, epoch);
  if (setup.device !== 'cpu') disposeOfAhead(batch); // the device has copies
  const { embed, backward } = goesBack ? recomputing(setup) : keeping(setup);
  const measured = measure({ ...learner, embed }, { ...views, ...world.join(batch.indices) });
  return { ...measured, lastPass: (loss) => loss, afterLastPass: backward };
}

/** How a learner's networks are run, and what is left to do when the loss went backward. */
interface Embedding {
  readonly embed: Learner['embed'];
  readonly backward: () => void;
}

const keeping = ({ learner }: MeasureSetup): Embedding => ({
  embed: (views) => learner.embed(views),
  backward: () => undefined,
});

/** Without keeping what is inside blocks, where the settings say so; for one pass forward and back. */
function recomputing(setup: MeasureSetup): Embedding {
  const { config, device, learner } = setup;
  if (!config.checkpointActivations) return keeping(setup);
  const blocks = new nn.RecomputedBlocks((forward) => inPrecision(config, device, forward));
  return {
    embed: (views) => blocks.record(() => learner.embed(views)),
    backward: () => blocks.backward(),
  };
}

/** The device may still fetch from their memory, which waits for it. */
function disposeOfAhead({ sizes = [] }: ViewedImages): void {
  for (const one of sizes) one.dispose();
}

function measureChunks(
  setup: MeasureSetup,
  batch: ViewedImages,
  epoch: number,
  chunks: readonly SampleRange[],
): MeasuredStep {
  const { device, learner, world = alone } = setup;
  const { model } = learner;
  const b = batch.indices.length;
  const generators: (() => void)[] = [];
  const last = chunks.length - 1;
  let backThroughLast = () => {};
  const parts = chunks.map((chunk) =>
    scoped(() => {
      const views = viewsOf(setup, batch, epoch, chunk);
      generators.push(nn.generatorsAt(device));
      return noGrad(() => ({
        embedded: nn.keepRunningStatistics(model, () => learner.embed(views)),
        observed: learner.observe?.(views) ?? [],
      }));
    }),
  );
  const gathered = (of: readonly (readonly Tensor[])[]) =>
    of[0]!.map((_, place) =>
      joinSamples(
        of.map((tensors) => tensors[place]!),
        chunks,
      ),
    );
  const embedded = gathered(parts.map((part) => part.embedded)).map((rows) => rows.requiresGrad_()); // (m·b, d) each
  const observed = gathered(parts.map((part) => part.observed));
  for (const part of parts) for (const one of [...part.embedded, ...part.observed]) one.dispose();
  const measured = learner.compare(embedded, observed, {
    ...{ own: batch.indices, epoch },
    ...world.join(batch.indices),
  });
  const restoreAfter = nn.generatorsAt(device);
  return {
    ...measured,
    lastPass(loss) {
      const parameters = model.parameters().filter(({ requiresGrad }) => requiresGrad);
      const slopes = grad([loss], [...embedded, ...parameters]);
      const ofRows = slopes.slice(0, embedded.length);
      // Parameters of the loss itself, such as the scale of CLIP's logits, get theirs in the last pass.
      const ofLoss = parameters.flatMap((parameter, i) => {
        const slope = slopes[embedded.length + i]!;
        return slope === null ? [] : [[parameter, slope] as const];
      });
      const again = (place: number, more: typeof ofLoss): { surrogate: Tensor; backward: () => void } => {
        const chunk = chunks[place]!;
        const { embed, backward } = recomputing(setup);
        generators[place]!();
        const rows = embed(viewsOf(setup, batch, epoch, chunk)); // (m·c, d) each
        const pairs = rows.flatMap((row, i) => {
          const slope = ofRows[i]!;
          return slope === null ? [] : [[row, samplesOf(slope, b, chunk)] as const];
        });
        const all = [...pairs, ...more];
        const surrogate = scalarWithGradients(
          zeros([], { dtype: loss.dtype, device }),
          all.map(([input]) => input),
          all.map(([, slope]) => slope),
        );
        return { surrogate, backward };
      };
      for (let place = 0; place < last; place++) {
        scoped(() => {
          const { surrogate, backward } = again(place, []);
          surrogate.backward();
          backward();
        });
      }
      const { surrogate, backward } = again(last, ofLoss);
      backThroughLast = backward;
      disposeOfAhead(batch);
      restoreAfter();
      return surrogate;
    },
    afterLastPass: () => backThroughLast(),
  };
}

/** Rows (m·c, d) of each chunk → (m·b, d), view-major over all samples. */
function joinSamples(parts: readonly Tensor[], chunks: readonly SampleRange[]): Tensor {
  return scoped(() => {
    const byView = parts.map((rows, place) => {
      const { start, end } = chunks[place]!;
      const c = end - start;
      return rows.reshape([rows.size(0) / c, c, ...rows.shape.slice(1)]); // (m, c, d)
    });
    const all = cat(byView, { dim: 1 }); // (m, b, d)
    return all.reshape([-1, ...all.shape.slice(2)]);
  });
}
