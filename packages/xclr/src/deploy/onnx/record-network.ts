// A network as an ONNX graph: its own `forward` is called on a stand-in for a tensor, and every layer writes itself down.
import { nn, type Tensor } from '@xclr/torch';
import { StochasticDepth } from '../../models/index.js';
import { type Attribute, type Constant, floats, type Graph, type Node } from './graph.js';

export interface RecordOptions {
  readonly name: string;
  /** Of the images. */
  readonly height: number;
  readonly width: number;
}

/** Names in exported models that everybody's tools look for. */
export const inputName = 'pixel_values';
export const outputName = 'image_embeds';
/** The features before their length is subtracted. */
export const featuresName = 'features';

/**
 * Images (b, 3, h, w) → unit rows (b, d), for any batch. Records evaluation: statistics of batch norm as they are, no
 * dropout. Results of in-place operators are new values here, so a module must use what they return.
 * @throws {Error} naming a layer or operator that has no ONNX form here
 */
export function recordNetwork(network: nn.Module, { name, height, width }: RecordOptions): Graph {
  const recording = new Recording();
  const features = recording.run(network, inputName);
  recording.rename(features.value, featuresName);
  appendUnitLength(recording);
  const d = features.width;
  return {
    name,
    nodes: recording.nodes,
    constants: recording.constants,
    input: { name: inputName, type: 'float32', dims: ['batch', 3, height, width] },
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

/** Stands for a tensor; it knows its name and, for error messages and outputs, its channels. */
class Stand {
  constructor(
    readonly recording: Recording,
    readonly value: string,
    readonly width: number,
  ) {}

  #next(op: string, inputs: string[], attributes: Record<string, Attribute> = {}): Stand {
    return this.recording.step(op, inputs, this.width, attributes);
  }

  add(other: Stand): Stand {
    return this.#next('Add', [this.value, other.value]);
  }

  add_(other: Stand): Stand {
    return this.add(other);
  }

  mul(other: Stand): Stand {
    return this.recording.step('Mul', [this.value, other.value], Math.max(this.width, other.width));
  }

  adaptiveAvgPool2d(size: unknown): Stand {
    if (size !== 1 && String(size) !== '1,1')
      throw new Error(`export: only an average pool to 1×1 is known, got ${size}`);
    return this.#next('GlobalAveragePool', [this.value]);
  }

  flatten({ startDim = 0, endDim = -1 }: { startDim?: number; endDim?: number } = {}): Stand {
    if (startDim !== 1 || endDim !== -1) throw new Error('export: only flatten({ startDim: 1 }) is known');
    return this.#next('Flatten', [this.value], { axis: { int: 1 } });
  }
}

/** Operators that a module may ask of a tensor; others get an error that says so. */
const known: ProxyHandler<Stand> = {
  get(target, key) {
    if (!(key in target))
      throw new Error(`export: the operator ${String(key)} of a module's forward has no ONNX form here`);
    const member: unknown = Reflect.get(target, key, target);
    return typeof member === 'function' ? member.bind(target) : member;
  },
};

class Recording {
  readonly constants = new Map<string, Constant>();
  nodes: Node[] = [];
  #names: ReadonlyMap<unknown, string> = new Map();
  #count = 0;

  run(network: nn.Module, input: string): Stand {
    this.#names = new Map([...network.namedModules()].map(([name, module]) => [module, name]));
    const stand = new Proxy(new Stand(this, input, 3), known);
    return nn.recordLeaves(
      (leaf, [x]) => this.#leaf(leaf, x as Stand),
      () => network.call(stand as unknown as Tensor) as unknown as Stand,
    );
  }

  add(op: string, inputs: string[], output: string, attributes: Record<string, Attribute> = {}): void {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
  }

  /** A node whose result gets the next number for a name. */
  step(op: string, inputs: string[], width: number, attributes: Record<string, Attribute> = {}): Stand {
    const output = `${op.toLowerCase()}_${this.#count++}`;
    this.add(op, inputs, output, attributes);
    return new Proxy(new Stand(this, output, width), known);
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
    const data = Float32Array.from(tensor.detach().to({ device: 'cpu', dtype: 'float32' }).toNumbers());
    this.constants.set(name, floats(data, tensor.shape));
    return name;
  }

  #leaf(leaf: nn.AnyModule, x: Stand): Stand {
    const { value, width } = x;
    const plain = plainOps.find(([type]) => leaf instanceof type);
    if (plain !== undefined) return this.step(plain[1], [value], width);
    if (leaf instanceof nn.Conv2d) {
      const { kernel, stride, padding, dilation, groups } = leaf.geometry;
      const inputs = [value, this.#constant(leaf, 'weight', leaf.weight)];
      if (leaf.bias !== null) inputs.push(this.#constant(leaf, 'bias', leaf.bias));
      return this.step('Conv', inputs, leaf.weight.shape[0]!, {
        kernel_shape: { ints: kernel },
        strides: { ints: stride },
        pads: { ints: [...padding, ...padding] },
        dilations: { ints: dilation },
        group: { int: groups },
      });
    }
    if (leaf instanceof nn.BatchNorm2d || leaf instanceof nn.BatchNorm1d)
      return this.#batchNorm(leaf, value, width);
    if (leaf instanceof nn.Linear) {
      const [out = 0] = leaf.weight.shape;
      const inputs = [value, this.#constant(leaf, 'weight', leaf.weight)];
      if (leaf.bias !== null) inputs.push(this.#constant(leaf, 'bias', leaf.bias));
      return this.step('Gemm', inputs, out, { transB: { int: 1 } });
    }
    if (leaf instanceof nn.MaxPool2d) {
      const { kernel, stride, padding, dilation, ceilMode } = leaf.geometry;
      return this.step('MaxPool', [value], width, {
        kernel_shape: { ints: kernel },
        strides: { ints: stride },
        pads: { ints: [...padding, ...padding] },
        dilations: { ints: dilation },
        ceil_mode: { int: ceilMode ? 1 : 0 },
      });
    }
    if (leaf instanceof nn.AdaptiveAvgPool2d) return x.adaptiveAvgPool2d(leaf.outputSize);
    // Hard sigmoid is relu6(x + 3) / 6 in PyTorch: slope 1/6, where ONNX has 0.2 by default.
    if (leaf instanceof nn.Hardsigmoid)
      return this.step('HardSigmoid', [value], width, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });
    if (leaf instanceof nn.SiLU) return x.mul(this.step('Sigmoid', [value], width));
    // Nothing happens to values in evaluation.
    if (leaf instanceof nn.Dropout || leaf instanceof nn.Identity || leaf instanceof StochasticDepth)
      return x;
    throw new Error(`export: the layer ${leaf.constructor.name} has no ONNX form here`);
  }

  /** As the scale and shift of each channel that it is in evaluation; folded into the layer before it, if that is alone. */
  #batchNorm(leaf: nn.BatchNorm2d | nn.BatchNorm1d, value: string, width: number): Stand {
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
    return this.step('BatchNormalization', inputs, width, { epsilon: { float: eps } });
  }
}

const plainOps = [
  [nn.ReLU, 'Relu'],
  [nn.Sigmoid, 'Sigmoid'],
  [nn.Hardswish, 'HardSwish'],
] as const;
