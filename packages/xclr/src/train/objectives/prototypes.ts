// Prototypes beside pairs: the anchors of a run, their learned vectors, and the loss of a batch over them.
import { type Device, nn, type Tensor, tensor } from '@xclr/torch';
import type { RowsOfSamples, SimilarityGraph } from '../../graph/index.js';
import { prototypeLoss } from '../../losses/index.js';
import { UserError } from '../../util/errors.js';
import { purpose, Random } from '../../util/random.js';
import type { TrainConfig } from '../config.js';
import { deviceMemory, gibibytes } from '../memory/check.js';
import { presentMemory } from '../memory/limits.js';
import { createParts } from '../training-model.js';
import type { AnchorSet, DrawnAnchors } from './anchors/anchor-set.js';
import { captionAnchors, rowsOfSamples } from './anchors/captions.js';
import { drawAnchors } from './anchors/draw.js';
import { labelAnchors } from './anchors/labels.js';
import { wordAnchors } from './anchors/words.js';
import type { ComparedBatch, ObjectiveContext } from './objective.js';

export interface Prototypes extends Disposable {
  /** For the record: 'prototypes of 100 captions (free, τ_a 0.1), λ 0.5'. */
  readonly description: string;
  readonly notes: readonly string[];
  /** Loss of a random guess in nats. */
  readonly chanceLoss: number;
  /** Free anchors: (k, d) weights and biases. A linear map of vectors: x → (n, e), which is compared with these. */
  createLayer(): nn.Linear;
  /**
   * The loss of this process's samples, over the anchors that all processes draw for the samples of all.
   * @param x (v·b, d) view-major: features, or z
   */
  measure(layer: nn.Linear, x: Tensor, batch: PrototypeBatch): MeasuredPrototypes;
}

type PrototypeBatch = Pick<ComparedBatch, 'own' | 'ids' | 'epoch'>;

export interface MeasuredPrototypes {
  /** A scalar, in nats. */
  readonly loss: Tensor;
  /** Σ p ln p of the targets on the device, (), and the mean entropy of a row in nats that it comes to. */
  targets(): { readonly sum: Tensor; entropyOf(sum: number): number };
}

type AnchorKind = Exclude<TrainConfig['loss']['prototypes']['anchors'], 'auto'>;

/** @throws {UserError} where the data have nothing to make anchors of, or memory does not suffice for them */
export function createPrototypes(
  { config, dataset, training, device, onNotice }: ObjectiveContext,
  graph: SimilarityGraph,
  rows: RowsOfSamples | undefined,
): Prototypes {
  const { weight, temperature, input, sampled } = config.loss.prototypes;
  const captions = rows === undefined ? null : rowsOfSamples(rows, training).length;
  const kind = anchorKind(config, captions, training.length);
  const widths = anchorWidths(config);
  const width = widths[input];
  const clip = 'postprocess' in config.graph && config.graph.postprocess.clip;
  if (captions !== null && kind !== 'words') {
    const e = kind === 'text' || temperature > 0 ? rows!.dimensions : 0;
    const free = kind === 'free' ? width : 0;
    checkAnchorMemory(
      { anchors: captions, free, fixed: e, optimizer: config.optimizer.name },
      deviceMemory(device, presentMemory()),
      { device, onMemoryShortage: config.onMemoryShortage, onNotice },
    );
  }
  const set = anchorSet();
  function anchorSet(): AnchorSet {
    if (kind === 'words') return wordAnchors(dataset.samples, training, device);
    const options = { device, temperature, clip };
    if (rows === undefined) return labelAnchors(dataset, training, graph, options);
    return captionAnchors(rows, training, { ...options, seed: config.seed });
  }
  const { count, vectors } = set;
  const most = Math.min(count, sampled);
  const graded = temperature > 0 && kind !== 'words' ? `, τ_a ${temperature}` : '';
  const drawing = count > sampled ? `, ${sampled.toLocaleString('en')} drawn a step` : '';
  return {
    description: `prototypes of ${set.description} (${kind}${graded}${drawing}), λ ${weight}`,
    notes: [...set.notes, ...freeNotes(kind, captions, training.length)],
    chanceLoss: Math.log(count),
    createLayer: () => new nn.Linear(width, kind === 'text' ? vectors!.size(1) : count),
    measure(layer, x, { own, ids, epoch }) {
      const views = x.size(0) / own.length;
      const all = set.ownOf(ids, epoch);
      const random = new Random(config.seed, epoch, ids[0] ?? 0, purpose.anchors);
      const drawn = count > most ? drawAnchors(all.flat(), count, most, random) : null;
      const single = set.targets(set.ownOf(own, epoch), drawn, own); // (b, m)
      const rowsWithTarget = all.reduce((sum, { length }) => sum + Number(length > 0), 0);
      const targets = views === 1 ? single : single.repeat([views, 1]); // (v·b, m)
      const { y, anchors, bias } = operands(layer, x, kind === 'text' ? vectors! : null, drawn, device);
      const options = {
        // The mean over the rows of all processes that have a target: of these, this one's fraction.
        rows: (views * rowsWithTarget * own.length) / ids.length,
        ...(bias !== null && { bias }),
        ...(drawn !== null && { logExpected: tensor(drawn.logExpected, { device }) }),
      };
      return {
        loss: prototypeLoss(y, anchors, targets, options),
        targets: () => ({
          sum: entropySum(single), // ()
          entropyOf: (sum) => -sum / Math.max(1, rowsWithTarget),
        }),
      };
    },
    [Symbol.dispose]: () => set[Symbol.dispose](),
  };
}

/** What is multiplied: (n, d) with (m, d) free anchors, or (n, e) with (m, e) vectors, whose map has the bias in it. */
function operands(
  layer: nn.Linear,
  x: Tensor,
  vectors: Tensor | null,
  drawn: DrawnAnchors | null,
  device: Device,
): { y: Tensor; anchors: Tensor; bias: Tensor | null } {
  const wide = x.to({ dtype: 'float32' });
  const chosen = drawn === null ? null : tensor(drawn.anchors, { device }); // (m)
  const pick = (of: Tensor) => (chosen === null ? of : of.indexSelect(0, chosen));
  if (vectors !== null) {
    // ⟨W v_k, x⟩ + ⟨w, v_k⟩ = ⟨v_k, Wᵀx + w⟩: the images are mapped, which are fewer than the anchors.
    return { y: layer.call(wide), anchors: pick(vectors), bias: null };
  }
  return { y: wide, anchors: pick(layer.weight), bias: pick(layer.bias!) };
}

/** Σ p ln p of (b, m) targets: (). */
function entropySum(targets: Tensor): Tensor {
  return targets.mul(targets.log().maskedFill(targets.eq(0), 0)).sum();
}

/** Distinct captions as a fraction of the training images from which on nearly every image has its own. */
const ownCaptions = 0.5;

/** @param captions distinct captions of the training part; null where the graph is not of captions */
function anchorKind(
  { loss, method, graph }: TrainConfig,
  captions: number | null,
  images: number,
): AnchorKind {
  const { anchors } = loss.prototypes;
  if (anchors === 'text' && captions === null) {
    throw new UserError(
      `loss.prototypes.anchors: text needs the vectors of captions, and graph.kind is ${graph.kind}`,
      'Use --graph text, or --loss-prototypes-anchors free.',
    );
  }
  if (anchors !== 'auto') return anchors;
  return method === 'xclr' && captions !== null && captions > ownCaptions * images ? 'words' : 'free';
}

function freeNotes(kind: AnchorKind, captions: number | null, images: number): string[] {
  if (kind !== 'free' || captions === null || captions <= ownCaptions * images) return [];
  return [
    `warning: ${captions.toLocaleString('en')} anchors for ${images.toLocaleString('en')} images: an anchor learns from hardly more than one image\n  → use --loss-prototypes-anchors words, or text`,
  ];
}

/** Numbers that an anchor is compared in. */
function anchorWidths(config: TrainConfig): Record<'features' | 'projected', number> {
  const { encoder, projector } = createParts(config);
  const widths = { features: encoder.features, projected: projector.output };
  encoder.dispose();
  projector.dispose();
  return widths;
}

/** State tensors a weight beside itself and its gradient. */
const slots = { sgd: 1, lars: 1, adamw: 2 } as const;

/**
 * @param need free: learned numbers of an anchor; fixed: numbers of its vector that are kept
 * @throws {UserError} unless the settings say to try it all the same
 * @internal
 */
export function checkAnchorMemory(
  need: {
    readonly anchors: number;
    readonly free: number;
    readonly fixed: number;
    readonly optimizer: TrainConfig['optimizer']['name'];
  },
  limit: { readonly available: number; readonly source: string } | null,
  {
    device,
    onMemoryShortage,
    onNotice,
  }: { readonly device: Device; readonly onNotice: (message: string) => void } & Pick<
    TrainConfig,
    'onMemoryShortage'
  >,
): void {
  const bytes = 4 * need.anchors * (need.free * (2 + slots[need.optimizer]) + need.fixed);
  if (limit === null || bytes <= limit.available) return;
  const message =
    `loss.prototypes: ${need.anchors.toLocaleString('en')} anchors would take ${gibibytes(bytes)} on ${device} (weights, gradients, optimizer, vectors), ` +
    `and there are ${gibibytes(limit.available)} (${limit.source})`;
  const remedy =
    need.free > 0
      ? 'Use --loss-prototypes-anchors words, or text, which learns one map for all; or --loss-prototypes-input projected, whose vectors are shorter.'
      : 'Use --loss-prototypes-anchors words.';
  if (onMemoryShortage === 'stop') throw new UserError(message, remedy);
  onNotice(`${message}\n  → ${remedy}`);
}
