// Vision transformers (Dosovitskiy et al. 2021, arXiv 2010.11929) with timm's parameter names; features are the class token's.
import { _upsampleBicubic2dAa, cat, empty, nn, scoped, type Tensor } from '@xclr/torch';
import type { Stem } from './resnet.js';

/** What a vision transformer of one size is made of. */
export interface VisionTransformerPlan {
  /** Length of each token's vector. */
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
}

export interface VisionTransformerOptions {
  /** 'standard': patches of 16 × 16 pixels; 'small': of 4 × 4, for images of at most about 64 px. */
  stem?: Stem;
  /** Multiplies the number of heads, and with it the vectors' length; 1 is the published network. */
  width?: number;
  /** Adds the classifier `head`; null (the default) makes an encoder: the class token after the last norm. */
  classes?: number | null;
}

/** Patches a side that have a position embedding of their own: those of an image of 224 px in patches of 16. */
export const positionGrid = 14;

/** Added to variances in layer norms, as in timm. */
const norm = { eps: 1e-6 };

/**
 * Position embeddings (1, 1 + g², d) for a grid of h × w patches: resized by antialiased bicubic interpolation, as timm's
 * `resample_abs_pos_embed` does. The class token's embedding stays.
 */
export function resizePositions(positions: Tensor, h: number, w: number): Tensor {
  const [, tokens = 0, d = 0] = positions.shape;
  const side = Math.round(Math.sqrt(tokens - 1));
  if (h === side && w === side) return positions;
  const grid = positions
    .narrow(1, 1, tokens - 1)
    .reshape([1, side, side, d])
    .permute([0, 3, 1, 2]); // (1, d, g, g)
  const resized = _upsampleBicubic2dAa(grid, [h, w], false).permute([0, 2, 3, 1]); // (1, h, w, d)
  return cat([positions.narrow(1, 0, 1), resized.reshape([1, h * w, d])], { dim: 1 }); // (1, 1 + hw, d)
}

/** (n, d, h, w) → (n, 1 + hw, d): the class token, then the patches row by row, each with its position's embedding added. */
export class TokenSequence extends nn.Leaf {
  constructor(
    readonly token: nn.Parameter, // (1, 1, d)
    readonly positions: nn.Parameter, // (1, 1 + g², d)
  ) {
    super();
  }

  forward(patches: Tensor): Tensor {
    return scoped(() => {
      const [n = 0, d = 0, h = 0, w = 0] = patches.shape;
      const rows = patches.flatten({ startDim: 2 }).transpose(1, 2); // (n, hw, d)
      const token = this.token.to({ dtype: rows.dtype }).expand([n, 1, d]);
      return cat([token, rows], { dim: 1 }).add(resizePositions(this.positions, h, w)); // (n, 1 + hw, d)
    });
  }
}

/** Queries, keys and values (n, t, 3d) → (n, t, d): softmax(q kᵀ / √(d / heads)) v in each head, heads side by side. */
export class AttentionHeads extends nn.Leaf {
  constructor(readonly heads: number) {
    super();
  }

  forward(qkv: Tensor): Tensor {
    return scoped(() => {
      const [n = 0, t = 0, all = 0] = qkv.shape;
      const each = all / 3 / this.heads;
      const split = qkv.reshape([n, t, 3, this.heads, each]).permute([2, 0, 3, 1, 4]); // (3, n, heads, t, d / heads)
      const [q, k, v] = split.unbind() as [Tensor, Tensor, Tensor]; // (n, heads, t, d / heads)
      const scores = q.mul(each ** -0.5).matmul(k.transpose(-2, -1)); // (n, heads, t, t)
      const read = scores.softmax(-1).matmul(v); // (n, heads, t, d / heads)
      return read.transpose(1, 2).reshape([n, t, all / 3]); // (n, t, d)
    });
  }
}

/** (n, t, d) → (n, d): the class token, which is the first. */
export class ClassToken extends nn.Leaf {
  forward(tokens: Tensor): Tensor {
    return tokens.select(1, 0);
  }
}

/** Self-attention; one product makes queries, keys and values. */
class Attention extends nn.Module {
  readonly qkv: nn.Linear;
  readonly proj: nn.Linear;
  readonly #heads: AttentionHeads;

  constructor(dim: number, heads: number) {
    super();
    this.qkv = new nn.Linear(dim, 3 * dim);
    this.proj = new nn.Linear(dim, dim);
    this.#heads = new AttentionHeads(heads);
  }

  forward(x: Tensor): Tensor {
    return this.proj.call(this.#heads.call(this.qkv.call(x))); // (n, t, d)
  }
}

const gelu = new nn.GELU();

/** Linear, GELU, linear; four times as wide inside. */
class Perceptron extends nn.Module {
  readonly fc1: nn.Linear;
  readonly fc2: nn.Linear;

  constructor(dim: number) {
    super();
    this.fc1 = new nn.Linear(dim, 4 * dim);
    this.fc2 = new nn.Linear(4 * dim, dim);
  }

  forward(x: Tensor): Tensor {
    return this.fc2.call(gelu.call(this.fc1.call(x))); // (n, t, d)
  }
}

/** Attention and perceptron, each after a norm and beside a shortcut. */
class Block extends nn.Block {
  readonly norm1: nn.LayerNorm;
  readonly attn: Attention;
  readonly norm2: nn.LayerNorm;
  readonly mlp: Perceptron;

  constructor(dim: number, heads: number) {
    super();
    this.norm1 = new nn.LayerNorm(dim, norm);
    this.attn = new Attention(dim, heads);
    this.norm2 = new nn.LayerNorm(dim, norm);
    this.mlp = new Perceptron(dim);
  }

  forward(x: Tensor): Tensor {
    const attended = x.add(this.attn.call(this.norm1.call(x))); // (n, t, d)
    return attended.add(this.mlp.call(this.norm2.call(attended)));
  }
}

/** The convolution that cuts the image into patches; a module of its own because timm names it `patch_embed.proj`. */
class PatchEmbed extends nn.Module {
  readonly proj: nn.Conv2d;

  constructor(dim: number, patch: number) {
    super();
    this.proj = new nn.Conv2d(3, dim, patch, { stride: patch });
  }

  forward(images: Tensor): Tensor {
    return this.proj.call(images); // (n, d, h / patch, w / patch)
  }
}

/**
 * Images (n, 3, h, w) → features (n, features), or (n, classes) with a classifier. The state dict is that of an image of
 * 224 px whatever comes in: position embeddings are resized to the grid of patches, as timm does with `dynamic_img_size`.
 */
export class VisionTransformer extends nn.Module {
  readonly clsToken: nn.Parameter; // (1, 1, d)
  readonly posEmbed: nn.Parameter; // (1, 1 + 14², d)
  readonly patchEmbed: PatchEmbed;
  readonly blocks: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: nn.Linear | null;
  /** Width of the features before any classifier. */
  readonly features: number;
  readonly #tokens: TokenSequence;
  readonly #classToken = new ClassToken();
  readonly #patch: number;

  constructor(
    plan: VisionTransformerPlan,
    { stem = 'standard', width = 1, classes = null }: VisionTransformerOptions = {},
  ) {
    super();
    const heads = Math.max(1, Math.round(plan.heads * width));
    const dim = (plan.dim / plan.heads) * heads;
    this.#patch = stem === 'standard' ? 16 : 4;
    this.features = dim;
    this.clsToken = nn.parameter(empty([1, 1, dim]));
    this.posEmbed = nn.parameter(empty([1, 1 + positionGrid ** 2, dim]));
    this.patchEmbed = new PatchEmbed(dim, this.#patch);
    this.blocks = new nn.Sequential(...Array.from({ length: plan.depth }, () => new Block(dim, heads)));
    this.norm = new nn.LayerNorm(dim, norm);
    this.head = classes === null ? null : new nn.Linear(dim, classes);
    this.#tokens = new TokenSequence(this.clsToken, this.posEmbed);
    this.#initialize();
  }

  forward(images: Tensor): Tensor {
    this.#refuseFractions(images.shape);
    let x = this.#tokens.call(this.patchEmbed.call(images)); // (n, 1 + hw, d)
    x = this.blocks.call(x);
    x = this.#classToken.call(this.norm.call(x)); // (n, d)
    return this.head === null ? x : this.head.call(x);
  }

  #refuseFractions([, , h, w]: readonly number[]): void {
    if (h === undefined || w === undefined) return;
    if (h % this.#patch === 0 && w % this.#patch === 0 && h > 0 && w > 0) return;
    throw new Error(
      `vision transformer: images must be a multiple of ${this.#patch} pixels high and wide, got ${h} × ${w}`,
    );
  }

  /** timm's `init_weights_vit_timm`, in its order of draws. */
  #initialize(): void {
    nn.init.truncNormal_(this.posEmbed, { std: 0.02 });
    nn.init.normal_(this.clsToken, 0, 1e-6);
    for (const module of this.namedModules().values()) {
      if (!(module instanceof nn.Linear)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      if (module.bias !== null) nn.init.zeros_(module.bias);
    }
  }
}
