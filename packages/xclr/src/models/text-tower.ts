// CLIP's text tower: a causal transformer over tokens, read at the end of the text.
import { arange, empty, full, nn, type Tensor } from '@xclr/torch';

/** Sizes of the text tower. */
export interface TextTowerOptions {
  /** Tokens, markers included. */
  readonly vocabulary: number;
  /** Longest text in tokens, markers included; 77 in CLIP. */
  readonly context?: number;
  /** 512 in CLIP. */
  readonly width?: number;
  /** 8 in CLIP. */
  readonly heads?: number;
  /** 12 in CLIP. */
  readonly layers?: number;
  /** Length of the vectors that are compared with images'. */
  readonly output?: number;
}

/** x · σ(1.702 x): CLIP's approximation of GELU. */
function quickGelu(x: Tensor): Tensor {
  return x.mul(x.mul(1.702).sigmoid());
}

/** Linear, QuickGELU, linear; names as OpenAI's. */
class Perceptron extends nn.Module {
  readonly cFc: nn.Linear;
  readonly cProj: nn.Linear;

  constructor(width: number) {
    super();
    this.cFc = new nn.Linear(width, 4 * width);
    this.cProj = new nn.Linear(4 * width, width);
  }

  forward(x: Tensor): Tensor {
    return this.cProj.call(quickGelu(this.cFc.call(x))); // (n, l, width)
  }
}

/** Attention and perceptron, each after a norm and beside a shortcut. */
class Block extends nn.Module<[x: Tensor, mask: Tensor]> {
  readonly attn: nn.MultiheadAttention;
  readonly ln_1: nn.LayerNorm;
  readonly mlp: Perceptron;
  readonly ln_2: nn.LayerNorm;

  constructor(width: number, heads: number) {
    super();
    this.attn = new nn.MultiheadAttention(width, heads);
    this.ln_1 = new nn.LayerNorm(width);
    this.mlp = new Perceptron(width);
    this.ln_2 = new nn.LayerNorm(width);
  }

  forward(x: Tensor, mask: Tensor): Tensor {
    const normed = this.ln_1.call(x); // (n, l, width)
    const attended = x.add(this.attn.call(normed, normed, normed, { attentionMask: mask }));
    return attended.add(this.mlp.call(this.ln_2.call(attended)));
  }
}

class Transformer extends nn.Module<[x: Tensor, mask: Tensor]> {
  readonly resblocks: nn.ModuleList<Block>;

  constructor(width: number, heads: number, layers: number) {
    super();
    this.resblocks = new nn.ModuleList(Array.from({ length: layers }, () => new Block(width, heads)));
  }

  forward(x: Tensor, mask: Tensor): Tensor {
    return [...this.resblocks].reduce((input, block) => block.call(input, mask), x); // (n, l, width)
  }
}

/**
 * Tokens (n, l) int64, l ≤ context, ended by the highest id and padded behind it → vectors (n, output), not normalized.
 * Radford et al. 2021 (arXiv 2103.00020), section 2.4; parameters named and initialized as OpenAI's code does it.
 */
export class TextTower extends nn.Module {
  readonly tokenEmbedding: nn.Embedding;
  readonly positionalEmbedding: nn.Parameter; // (context, width)
  readonly transformer: Transformer;
  readonly lnFinal: nn.LayerNorm;
  readonly textProjection: nn.Parameter; // (width, output)
  readonly output: number;
  readonly context: number;

  constructor({
    vocabulary,
    context = 77,
    width = 512,
    heads = 8,
    layers = 12,
    output = 512,
  }: TextTowerOptions) {
    super();
    this.context = context;
    this.output = output;
    this.tokenEmbedding = new nn.Embedding(vocabulary, width);
    this.positionalEmbedding = nn.parameter(empty([context, width]));
    this.transformer = new Transformer(width, heads, layers);
    this.lnFinal = new nn.LayerNorm(width);
    this.textProjection = nn.parameter(empty([width, output]));
    this.#initialize(width, layers);
  }

  forward(pieces: Tensor): Tensor {
    const [n, l] = [pieces.size(0), pieces.size(1)];
    const x = this.tokenEmbedding.call(pieces).add(this.positionalEmbedding.narrow(0, 0, l)); // (n, l, width)
    const causal = full([l, l], Number.NEGATIVE_INFINITY, { device: pieces.device }).triu({ diagonal: 1 }); // (l, l)
    const states = this.lnFinal.call(this.transformer.call(x, causal.to({ dtype: x.dtype }))); // (n, l, width)
    const end = pieces.argmax({ dim: 1 }); // (n): the end marker has the highest id
    const read = states
      .flatten({ endDim: 1 })
      .indexSelect(0, arange(n, { device: end.device }).mul(l).add(end)); // (n, width)
    return read.matmul(this.textProjection); // (n, output)
  }

  #initialize(width: number, layers: number): void {
    const attention = width ** -0.5;
    const projection = attention * (2 * layers) ** -0.5;
    const perceptron = (2 * width) ** -0.5;
    nn.init.normal_(this.tokenEmbedding.weight, 0, 0.02);
    nn.init.normal_(this.positionalEmbedding, 0, 0.01);
    for (const { attn, mlp } of this.transformer.resblocks) {
      nn.init.normal_(attn.inProjWeight, 0, attention);
      nn.init.normal_(attn.outProj.weight, 0, projection);
      nn.init.normal_(mlp.cFc.weight, 0, perceptron);
      nn.init.normal_(mlp.cProj.weight, 0, projection);
    }
    nn.init.normal_(this.textProjection, 0, attention);
  }
}
