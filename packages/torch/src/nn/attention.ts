// Multi-head attention, equal to torch.nn.MultiheadAttention with batch_first=True.
import { dropout, empty, linear } from '../ops.generated.js';
import type { Tensor } from '../tensor.js';
import { constant_, xavierUniform_ } from './init.js';
import { Linear } from './linear.js';
import { Module, type Parameter, parameter } from './module.js';

export interface AttentionMasks {
  /** (l, s), or (n·heads, l, s): bool, true where a query must not look; or floating, added to the scores. */
  attentionMask?: Tensor;
  /** (n, s), the same way: which keys are padding. */
  keyPaddingMask?: Tensor;
}

export interface AttentionOptions {
  bias?: boolean;
  /** Probability of dropping an attention weight in training. Default 0. */
  dropout?: number;
}

type AttentionInputs = [query: Tensor, key: Tensor, value: Tensor, masks?: AttentionMasks];

/**
 * Vaswani et al. 2017: softmax(q kᵀ / √(d / heads)) v in each head, heads side by side.
 * query (n, l, d), key and value (n, s, d) → (n, l, d). A query that may look nowhere gives NaN, as in PyTorch.
 */
export class MultiheadAttention extends Module<AttentionInputs> {
  readonly inProjWeight: Parameter; // (3d, d): query's, key's, value's
  readonly inProjBias: Parameter | null; // (3d)
  readonly outProj: Linear;
  readonly #heads: number;
  readonly #dim: number;
  readonly #dropout: number;

  constructor(embedDim: number, numHeads: number, { bias = true, dropout = 0 }: AttentionOptions = {}) {
    super();
    if (embedDim % numHeads !== 0) {
      throw new Error(`MultiheadAttention: numHeads must divide embedDim, got ${numHeads} for ${embedDim}`);
    }
    this.#dim = embedDim;
    this.#heads = numHeads;
    this.#dropout = dropout;
    this.inProjWeight = parameter(empty([3 * embedDim, embedDim]));
    this.inProjBias = bias ? parameter(empty([3 * embedDim])) : null;
    // The order of draws is PyTorch's: the output projection's defaults first.
    this.outProj = new Linear(embedDim, embedDim, { bias });
    xavierUniform_(this.inProjWeight);
    if (this.inProjBias !== null) constant_(this.inProjBias, 0);
    if (this.outProj.bias !== null) constant_(this.outProj.bias, 0);
  }

  forward(...[query, key, value, masks = {}]: AttentionInputs): Tensor {
    return this.#attend(query, key, value, masks).output;
  }

  /** The output together with the attention weights averaged over heads, (n, l, s). */
  withWeights(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    masks: AttentionMasks = {},
  ): { output: Tensor; weights: Tensor } {
    const { output, weights } = this.#attend(query, key, value, masks);
    return { output, weights: weights.mean(1) };
  }

  #attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    masks: AttentionMasks,
  ): { output: Tensor; weights: Tensor } {
    const [n, l] = query.shape;
    if (query.ndim !== 3 || n === undefined || l === undefined) {
      throw new Error(
        `MultiheadAttention: query must be (n, l, ${this.#dim}), got (${query.shape.join(', ')})`,
      );
    }
    const [q, k, v] = this.#project(query, key, value).map((x) => this.#split(x)) as [Tensor, Tensor, Tensor];
    const scaled = q.mul(1 / Math.sqrt(this.#dim / this.#heads)); // (n, heads, l, d / heads)
    let scores = scaled.matmul(k.transpose(-2, -1)); // (n, heads, l, s)
    for (const mask of this.#shapeMasks(masks, n)) {
      scores = mask.dtype === 'bool' ? scores.maskedFill(mask, Number.NEGATIVE_INFINITY) : scores.add(mask);
    }
    let weights = scores.softmax(-1); // (n, heads, l, s)
    if (this.training && this.#dropout > 0) weights = dropout(weights, this.#dropout, true);
    const joined = weights.matmul(v).transpose(1, 2).reshape([n, l, this.#dim]); // (n, l, d)
    return { output: this.outProj.call(joined), weights };
  }

  /** Query, key and value through their thirds of the projection: one product where they are the same tensor. */
  #project(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    if (query === key && key === value)
      return this.#linear(query, this.inProjWeight, this.inProjBias).chunk(3, { dim: -1 });
    const weights = this.inProjWeight.chunk(3); // 3 × (d, d)
    const biases = this.inProjBias?.chunk(3); // 3 × (d)
    return [query, key, value].map((x, third) => this.#linear(x, weights[third]!, biases?.[third] ?? null));
  }

  #linear(input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
    return linear(input, weight, bias === null ? {} : { bias });
  }

  /** (n, t, d) → (n, heads, t, d / heads) */
  #split(x: Tensor): Tensor {
    const [n, t] = x.shape;
    return x.reshape([n!, t!, this.#heads, this.#dim / this.#heads]).transpose(1, 2);
  }

  /** Masks as they broadcast against (n, heads, l, s). */
  *#shapeMasks({ attentionMask, keyPaddingMask }: AttentionMasks, n: number): Iterable<Tensor> {
    if (attentionMask?.ndim === 3) {
      const [, l, s] = attentionMask.shape;
      yield attentionMask.reshape([n, this.#heads, l!, s!]);
    } else if (attentionMask !== undefined) {
      yield attentionMask;
    }
    if (keyPaddingMask !== undefined) yield keyPaddingMask.unsqueeze(1).unsqueeze(1); // (n, 1, 1, s)
  }
}
