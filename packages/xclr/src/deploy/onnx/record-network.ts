// A network as an ONNX graph: its own `forward` is called on a stand-in for a tensor, and every layer writes itself down.
import { nn, noGrad, scoped, type Tensor } from '@xclr/torch';
import {
  AttentionHeads,
  ClassToken,
  resizePositions,
  StochasticDepth,
  TokenSequence,
} from '../../models/index.js';
import { type Attribute, type Constant, floats, type Graph, type Node } from '../../util/onnx/graph.js';

export interface RecordOptions {
  readonly name: string;
  /** Of the images. */
  readonly height: number;
  readonly width: number;
}

/** Names in exported models that everybody's tools look for. */
export const inputName = 'pixel_values';
const outputName = 'image_embeds';
/** The features before their length is subtracted. */
export const featuresName = 'features';

/**
 * Images (b, 3, h, w) → unit rows (b, d), for any batch. Records evaluation: statistics of batch norm as they are, no
 * dropout. Results of in-place operators are new values here, so a module must use what they return.
 * @throws {Error} naming a layer or operator that cannot be exported to ONNX
 */
export function recordNetwork(network: nn.Module, { name, height, width }: RecordOptions): Graph {
  const recording = new Recording();
  const features = recording.run(network, inputName, [height, width]);
  recording.rename(features.value, featuresName);
  appendUnitLength(recording);
  const d = features.width;
  return {
    name,
    nodes: recording.nodes,
    constants: recording.constants,
    inputs: [{ name: inputName, type: 'float32', dims: ['batch', 3, height, width] }],
    outputs: [{ name: outputName, type: 'float32', dims: ['batch', d] }],
  };
}

/** Rows divided by their lengths; zeros stay zeros, as in `unitRows`. */
function appendUnitLength(recording: Recording): void {
  recording.constants.set('tiny', floats([1e-12], []));
  recording.add('ReduceL2', [featuresName], 'length', { axes: { ints: [1] }, keepdims: { int: 1 } });
  recording.add('Max', ['length', 'tiny'], 'safe_length');
  recording.add('Div', [featuresName, 'safe_length'], outputName);
}

/** What is known of a value's extents: maps (n, c, h, w), whose height and width only convolutions keep; tokens (n, t, d); rows (n, d). */
type Layout =
  | { readonly kind: 'maps'; readonly extents?: readonly [height: number, width: number] }
  | { readonly kind: 'tokens' }
  | { readonly kind: 'rows' };

/** Stands for a tensor; it knows its name, its channels and its layout. */
class Stand {
  constructor(
    readonly recording: Recording,
    readonly value: string,
    readonly width: number,
    readonly layout: Layout,
  ) {}

  /** (n, c, h, w) with −1 for n, where height and width are known; modules ask for it to refuse an image. */
  get shape(): number[] {
    const { layout } = this;
    return layout.kind === 'maps' && layout.extents !== undefined ? [-1, this.width, ...layout.extents] : [];
  }

  #next(
    op: string,
    inputs: string[],
    attributes: Record<string, Attribute> = {},
    layout = this.layout,
  ): Stand {
    return this.recording.step(op, inputs, this.width, layout, attributes);
  }

  add(other: Stand): Stand {
    return this.#next('Add', [this.value, other.value]);
  }

  add_(other: Stand): Stand {
    return this.add(other);
  }

  mul(other: Stand): Stand {
    const wider = this.width >= other.width ? this : other;
    return this.recording.step('Mul', [this.value, other.value], wider.width, wider.layout);
  }

  adaptiveAvgPool2d(size: unknown): Stand {
    if (size !== 1 && String(size) !== '1,1')
      throw new Error(`export: only an average pool to 1×1 can be exported, got ${size}`);
    return this.#next('GlobalAveragePool', [this.value], {}, { kind: 'maps' });
  }

  flatten({ startDim = 0, endDim = -1 }: { startDim?: number; endDim?: number } = {}): Stand {
    if (startDim !== 1 || endDim !== -1)
      throw new Error('export: only flatten({ startDim: 1 }) can be exported');
    return this.#next('Flatten', [this.value], { axis: { int: 1 } }, { kind: 'rows' });
  }
}

/** Operators that a module may ask of a tensor; others get an error that says so. */
const known: ProxyHandler<Stand> = {
  get(target, key) {
    if (!(key in target))
      throw new Error(`export: the operator ${String(key)} of a module's forward cannot be exported to ONNX`);
    const member: unknown = Reflect.get(target, key, target);
    return typeof member === 'function' ? member.bind(target) : member;
  },
};

class Recording {
  readonly constants = new Map<string, Constant>();
  nodes: Node[] = [];
  #names: ReadonlyMap<unknown, string> = new Map();
  #count = 0;

  run(network: nn.Module, input: string, extents: readonly [height: number, width: number]): Stand {
    this.#names = new Map([...network.namedModules()].map(([name, module]) => [module, name]));
    const stand = new Proxy(new Stand(this, input, 3, { kind: 'maps', extents }), known);
    return nn.recordLeaves(
      (leaf, [x]) => this.#leaf(leaf, x as Stand),
      () => network.call(stand as unknown as Tensor) as unknown as Stand,
    );
  }

  add(op: string, inputs: string[], output: string, attributes: Record<string, Attribute> = {}): void {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
  }

  /** A node whose result gets the next number for a name. */
  step(
    op: string,
    inputs: string[],
    width: number,
    layout: Layout,
    attributes: Record<string, Attribute> = {},
  ): Stand {
    const output = `${op.toLowerCase()}_${this.#count++}`;
    this.add(op, inputs, output, attributes);
    return new Proxy(new Stand(this, output, width, layout), known);
  }

  /** A constant that is no leaf's parameter; equal names share it. */
  #own(name: string, constant: Constant): string {
    this.constants.set(name, constant);
    return name;
  }

  #shape(dims: readonly number[]): string {
    const data = BigInt64Array.from(dims, BigInt);
    return this.#own(`shape_${dims.join('_')}`, { type: 'int64', dims: [dims.length], data });
  }

  rename(from: string, to: string): void {
    const renamed = (name: string) => (name === from ? to : name);
    this.nodes = this.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
    }));
  }

  #constant(leaf: nn.AnyModule, key: string, tensor: Tensor): string {
    const name = `${this.#names.get(leaf) ?? ''}.${key}`.replace(/^\./, '');
    return this.#own(name, floatsOf(tensor));
  }

  #leaf(leaf: nn.AnyModule, x: Stand): Stand {
    const { value, width, layout } = x;
    const plain = plainOps.find(([type]) => leaf instanceof type);
    if (plain !== undefined) return this.step(plain[1], [value], width, layout);
    if (leaf instanceof nn.Conv2d) {
      const { kernel, stride, padding, dilation, groups } = leaf.geometry;
      const inputs = [value, this.#constant(leaf, 'weight', leaf.weight)];
      if (leaf.bias !== null) inputs.push(this.#constant(leaf, 'bias', leaf.bias));
      return this.step('Conv', inputs, leaf.weight.shape[0]!, convolved(layout, leaf.geometry), {
        kernel_shape: { ints: kernel },
        strides: { ints: stride },
        pads: { ints: [...padding, ...padding] },
        dilations: { ints: dilation },
        group: { int: groups },
      });
    }
    if (leaf instanceof nn.BatchNorm2d || leaf instanceof nn.BatchNorm1d) return this.#batchNorm(leaf, x);
    if (leaf instanceof nn.Linear) return this.#linear(leaf, x);
    if (leaf instanceof nn.MaxPool2d) {
      const { kernel, stride, padding, dilation, ceilMode } = leaf.geometry;
      return this.step(
        'MaxPool',
        [value],
        width,
        { kind: 'maps' },
        {
          kernel_shape: { ints: kernel },
          strides: { ints: stride },
          pads: { ints: [...padding, ...padding] },
          dilations: { ints: dilation },
          ceil_mode: { int: ceilMode ? 1 : 0 },
        },
      );
    }
    if (leaf instanceof nn.AvgPool2d) {
      const { kernel, stride, padding, ceilMode, countIncludePad } = leaf.geometry;
      return this.step(
        'AveragePool',
        [value],
        width,
        { kind: 'maps' },
        {
          kernel_shape: { ints: kernel },
          strides: { ints: stride },
          pads: { ints: [...padding, ...padding] },
          ceil_mode: { int: ceilMode ? 1 : 0 },
          count_include_pad: { int: countIncludePad ? 1 : 0 },
        },
      );
    }
    if (leaf instanceof nn.AdaptiveAvgPool2d) return x.adaptiveAvgPool2d(leaf.outputSize);
    // Hard sigmoid is relu6(x + 3) / 6 in PyTorch: slope 1/6, where ONNX has 0.2 by default.
    if (leaf instanceof nn.Hardsigmoid)
      return this.step('HardSigmoid', [value], width, layout, {
        alpha: { float: 1 / 6 },
        beta: { float: 0.5 },
      });
    if (leaf instanceof nn.SiLU) return x.mul(this.step('Sigmoid', [value], width, layout));
    if (leaf instanceof nn.GELU) return this.#gelu(leaf, x);
    if (leaf instanceof nn.LayerNorm) return this.#layerNorm(leaf, x);
    if (leaf instanceof TokenSequence) return this.#tokens(leaf, x);
    if (leaf instanceof AttentionHeads) return this.#attention(leaf, x);
    if (leaf instanceof ClassToken) {
      const first = this.#own('first', { type: 'int64', dims: [], data: BigInt64Array.of(0n) });
      return this.step('Gather', [value, first], width, { kind: 'rows' }, { axis: { int: 1 } });
    }
    // Nothing happens to values in evaluation.
    if (leaf instanceof nn.Dropout || leaf instanceof nn.Identity || leaf instanceof StochasticDepth)
      return x;
    throw new Error(`export: the layer ${leaf.constructor.name} cannot be exported to ONNX`);
  }

  /** As the scale and shift of each channel that it is in evaluation; folded into the layer before it, if that is alone. */
  #batchNorm(leaf: nn.BatchNorm2d | nn.BatchNorm1d, { value, width, layout }: Stand): Stand {
    const { weight, bias, runningMean, runningVar, eps } = leaf;
    if (weight === null || bias === null || runningMean === null || runningVar === null)
      throw new Error('export: batch norm needs scale, shift and running statistics');
    const inputs = [
      value,
      this.#constant(leaf, 'weight', weight),
      this.#constant(leaf, 'bias', bias),
      this.#constant(leaf, 'running_mean', runningMean),
      this.#constant(leaf, 'running_var', runningVar),
    ];
    return this.step('BatchNormalization', inputs, width, layout, { epsilon: { float: eps } });
  }

  /** Gemm where there are rows; of tokens, a product with the transposed weight, which ONNX broadcasts over images. */
  #linear(leaf: nn.Linear, { value, layout }: Stand): Stand {
    const [out = 0] = leaf.weight.shape;
    const bias = leaf.bias === null ? [] : [this.#constant(leaf, 'bias', leaf.bias)];
    if (layout.kind !== 'tokens') {
      const inputs = [value, this.#constant(leaf, 'weight', leaf.weight), ...bias];
      return this.step('Gemm', inputs, out, layout, { transB: { int: 1 } });
    }
    const weight = scoped(() => this.#constant(leaf, 'weight', leaf.weight.detach().transpose(0, 1)));
    const product = this.step('MatMul', [value, weight], out, layout);
    return bias.length === 0 ? product : this.step('Add', [product.value, ...bias], out, layout);
  }

  /** x · Φ(x), by the error function: GELU became an operator only in opset 20. */
  #gelu(leaf: nn.GELU, x: Stand): Stand {
    if (leaf.approximate !== 'none')
      throw new Error(`export: GELU approximated by ${leaf.approximate} cannot be exported to ONNX`);
    const { value, width, layout } = x;
    const [root, one, half] = [
      this.#own('inverse_root_two', floats([Math.SQRT1_2], [])),
      this.#own('one', floats([1], [])),
      this.#own('half', floats([0.5], [])),
    ];
    const scaled = this.step('Mul', [value, root], width, layout);
    const error = this.step('Erf', [scaled.value], width, layout);
    const gate = this.step('Add', [error.value, one], width, layout);
    const gated = this.step('Mul', [value, gate.value], width, layout);
    return this.step('Mul', [gated.value, half], width, layout);
  }

  #layerNorm(leaf: nn.LayerNorm, { value, width, layout }: Stand): Stand {
    const { weight, bias, eps, normalizedShape } = leaf;
    if (weight === null || bias === null || normalizedShape.length !== 1)
      throw new Error('export: layer norm needs scale and shift, over the last dimension alone');
    const inputs = [value, this.#constant(leaf, 'weight', weight), this.#constant(leaf, 'bias', bias)];
    return this.step('LayerNormalization', inputs, width, layout, {
      axis: { int: -1 },
      epsilon: { float: eps },
    });
  }

  /** Patches (n, d, h, w) → (n, 1 + hw, d). The positions of this image size, and the class token's, are constants. */
  #tokens({ token, positions }: TokenSequence, { value, width, layout }: Stand): Stand {
    if (layout.kind !== 'maps' || layout.extents === undefined)
      throw new Error('export: the patches of a vision transformer must come straight from a convolution');
    const [h, w] = layout.extents;
    const [first, others] = scoped(() =>
      noGrad(() => {
        const all = resizePositions(positions, h, w); // (1, 1 + hw, d)
        return [floatsOf(token.add(all.narrow(1, 0, 1))), floatsOf(all.narrow(1, 1, h * w))];
      }),
    ) as [Constant, Constant];
    const tokens: Layout = { kind: 'tokens' };
    const rows = this.step('Reshape', [value, this.#shape([0, width, h * w])], width, tokens); // (n, d, hw)
    const patches = this.step('Transpose', [rows.value], width, tokens, { perm: { ints: [0, 2, 1] } }); // (n, hw, d)
    const placed = this.step('Add', [patches.value, this.#own('pos_embed', others)], width, tokens);
    // The class token once for each image: the first patch times zero has the batch's extent.
    const zeros = this.step(
      'Mul',
      [this.#firstToken(placed), this.#own('zero', floats([0], []))],
      width,
      tokens,
    );
    const classes = this.step('Add', [zeros.value, this.#own('cls_token', first)], width, tokens); // (n, 1, d)
    return this.step('Concat', [classes.value, placed.value], width, tokens, { axis: { int: 1 } });
  }

  /** (n, t, d) → (n, 1, d) */
  #firstToken({ value, width, layout }: Stand): string {
    const range = [0, 1, 1].map((at, i) =>
      this.#own(`slice_${['start', 'end', 'axis'][i]}`, {
        type: 'int64',
        dims: [1],
        data: BigInt64Array.of(BigInt(at)),
      }),
    );
    return this.step('Slice', [value, ...range], width, layout).value;
  }

  /** Queries, keys and values side by side (n, t, 3d) → (n, t, d). */
  #attention({ heads }: AttentionHeads, { value, width }: Stand): Stand {
    const d = width / 3;
    const each = d / heads;
    const tokens: Layout = { kind: 'tokens' };
    const split = this.step('Reshape', [value, this.#shape([0, 0, 3, heads, each])], width, tokens);
    const [q, k, v] = [0, 1, 2].map((third) => {
      const index = this.#own(`third_${third}`, {
        type: 'int64',
        dims: [],
        data: BigInt64Array.of(BigInt(third)),
      });
      return this.step('Gather', [split.value, index], d, tokens, { axis: { int: 2 } }).value; // (n, t, heads, d / heads)
    }) as [string, string, string];
    const transposed = (from: string, perm: number[]) =>
      this.step('Transpose', [from], d, tokens, { perm: { ints: perm } }).value;
    const scale = this.#own(`scale_${each}`, floats([each ** -0.5], []));
    const queries = this.step('Mul', [transposed(q, [0, 2, 1, 3]), scale], d, tokens); // (n, heads, t, d / heads)
    const scores = this.step('MatMul', [queries.value, transposed(k, [0, 2, 3, 1])], d, tokens); // (n, heads, t, t)
    const weights = this.step('Softmax', [scores.value], d, tokens, { axis: { int: -1 } });
    const read = this.step('MatMul', [weights.value, transposed(v, [0, 2, 1, 3])], d, tokens);
    const joined = transposed(read.value, [0, 2, 1, 3]); // (n, t, heads, d / heads)
    return this.step('Reshape', [joined, this.#shape([0, 0, d])], d, tokens);
  }
}

/** A tensor as a constant: float32 on the CPU, row-major. */
function floatsOf(tensor: Tensor): Constant {
  const data = new Float32Array(tensor.numel);
  scoped(() => tensor.detach().to({ device: 'cpu', dtype: 'float32' }).copyTo(data));
  return floats(data, tensor.shape);
}

/** Height and width after a convolution, where they were known before it. */
function convolved(layout: Layout, { kernel, stride, padding, dilation }: nn.ConvGeometry): Layout {
  if (layout.kind !== 'maps' || layout.extents === undefined) return { kind: 'maps' };
  const [h, w] = layout.extents.map((extent, i) =>
    Math.floor((extent + 2 * padding[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]! + 1),
  ) as [number, number];
  return { kind: 'maps', extents: [h, w] };
}

const plainOps = [
  [nn.ReLU, 'Relu'],
  [nn.Sigmoid, 'Sigmoid'],
  [nn.Hardswish, 'HardSwish'],
] as const;
