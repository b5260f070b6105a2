// BERT (Devlin et al., 2018) as an ONNX graph with the usual names of inputs and outputs. Matrices stay 8-bit in the file:
// a quarter of the size, and the numbers are the same.
import { type Attribute, type Constant, floats, type Graph, type Node } from '../../../util/onnx/graph.js';
import { floatsOfWeight, type TfjsWeight } from './tfjs-weights.js';

export interface BertShape {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Of layer normalization. */
  readonly epsilon: number;
}

/** What the weights are called in the file. */
export interface BertNames {
  /** (vocabulary, width), (positions, width) and (types, width). */
  readonly words: string;
  readonly positions: string;
  readonly types: string;
  /** What the names of the other weights begin with. */
  readonly root: string;
}

/** Masked tokens get this much less before the softmax, as in TensorFlow's BERT. */
const masked = -10_000;

const float32 = 1; // ONNX's number of the type, for Cast

/** Nodes and constants of a graph while it is built; every method that adds a node returns its output's name. */
class Builder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly #weights: ReadonlyMap<string, TfjsWeight>;

  constructor(weights: ReadonlyMap<string, TfjsWeight>) {
    this.#weights = weights;
  }

  add(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  number(name: string, value: number): void {
    this.constants.set(name, floats([value], []));
  }

  integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): void {
    this.constants.set(name, { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) });
  }

  #weight(name: string): TfjsWeight {
    const weight = this.#weights.get(name);
    if (weight === undefined) throw new Error(`bertGraph: the model has no 8-bit weight ${name}`);
    return weight;
  }

  #bytes({ name, shape, bytes }: TfjsWeight): string {
    const stored = `${name}/bytes`;
    this.constants.set(stored, { type: 'uint8', dims: shape, data: bytes });
    return stored;
  }

  /** scale · byte + min. Of a constant, the runtime computes it once, when it loads the model. */
  #dequantize(bytes: string, { name, scale, min }: TfjsWeight, output: string): string {
    this.number(`${name}/scale`, scale);
    this.number(`${name}/min`, min);
    this.add('Cast', [bytes], `${output}/cast`, { to: { int: float32 } });
    this.add('Mul', [`${output}/cast`, `${name}/scale`], `${output}/scaled`);
    return this.add('Add', [`${output}/scaled`, `${name}/min`], output);
  }

  /** A whole weight, as float32. */
  matrix(name: string): string {
    const weight = this.#weight(name);
    return this.#dequantize(this.#bytes(weight), weight, name);
  }

  /** A short weight, stored as float32. */
  vector(name: string): string {
    const weight = this.#weight(name);
    this.constants.set(name, floats(floatsOfWeight(weight), weight.shape));
    return name;
  }

  /** Rows of a table (n, width), by `ids`. */
  rows(name: string, ids: string, output: string): string {
    const weight = this.#weight(name);
    this.add('Gather', [this.#bytes(weight), ids], `${output}/bytes`, { axis: { int: 0 } });
    return this.#dequantize(`${output}/bytes`, weight, output);
  }

  layerNorm(x: string, at: string, epsilon: number, output: string): string {
    const scale = this.vector(`${at}/batchnorm/mul/ReadVariableOp`);
    const bias = this.vector(`${at}/batchnorm/ReadVariableOp`);
    return this.add('LayerNormalization', [x, scale, bias], output, {
      axis: { int: -1 },
      epsilon: { float: epsilon },
    });
  }

  dense(x: string, at: string, output: string): string {
    this.add('MatMul', [x, this.matrix(`${at}/Tensordot/ReadVariableOp`)], `${output}/product`);
    return this.add('Add', [`${output}/product`, this.vector(`${at}/BiasAdd/ReadVariableOp`)], output);
  }

  /** x · (1 + erf(x / √2)) / 2; it needs the numbers 'root2', 'one' and 'half'. */
  gelu(x: string, output: string): string {
    this.add('Div', [x, 'root2'], `${output}/over_root2`);
    this.add('Erf', [`${output}/over_root2`], `${output}/erf`);
    this.add('Add', [`${output}/erf`, 'one'], `${output}/plus_one`);
    this.add('Mul', [x, `${output}/plus_one`], `${output}/doubled`);
    return this.add('Mul', [`${output}/doubled`, 'half'], output);
  }
}

/** Token ids (batch, tokens) with mask and types → token vectors (batch, tokens, width), named last_hidden_state. */
export function bertGraph(
  weights: ReadonlyMap<string, TfjsWeight>,
  names: BertNames,
  { layers, heads, width, epsilon }: BertShape,
): Graph {
  const graph = new Builder(weights);
  for (const [name, value] of Object.entries({ one: 1, half: 0.5, root2: Math.SQRT2, masked }))
    graph.number(name, value);
  graph.number('attention_scale', 1 / Math.sqrt(width / heads));
  graph.integers('split_heads', [0, 0, heads, width / heads]);
  graph.integers('join_heads', [0, 0, width]);

  let x = addEmbeddings(graph, names, epsilon); // (b, t, width)
  addMaskBias(graph); // 'mask_bias' (b, 1, 1, t)
  for (let layer = 0; layer < layers; layer++) {
    const at = `${names.root}/encoder/layer_._${layer}`;
    const own = (name: string) => `layer_${layer}/${name}`;
    const headsOf = (part: string, perm: readonly number[]) => {
      graph.dense(x, `${at}/attention/self/${part}`, own(part));
      graph.add('Reshape', [own(part), 'split_heads'], own(`${part}/split`)); // (b, t, heads, width / heads)
      return graph.add('Transpose', [own(`${part}/split`)], own(`${part}/heads`), { perm: { ints: perm } });
    };
    const [query, key, value] = [
      headsOf('query', [0, 2, 1, 3]),
      headsOf('key', [0, 2, 3, 1]),
      headsOf('value', [0, 2, 1, 3]),
    ];
    graph.add('MatMul', [query, key], own('products')); // (b, heads, t, t)
    graph.add('Mul', [own('products'), 'attention_scale'], own('scaled'));
    graph.add('Add', [own('scaled'), 'mask_bias'], own('scores'));
    graph.add('Softmax', [own('scores')], own('attention'), { axis: { int: -1 } });
    graph.add('MatMul', [own('attention'), value], own('values')); // (b, heads, t, width / heads)
    graph.add('Transpose', [own('values')], own('values/by_token'), { perm: { ints: [0, 2, 1, 3] } });
    graph.add('Reshape', [own('values/by_token'), 'join_heads'], own('values/joined')); // (b, t, width)
    graph.dense(own('values/joined'), `${at}/attention/output/dense`, own('attended'));
    graph.add('Add', [own('attended'), x], own('attended/sum'));
    const attended = graph.layerNorm(
      own('attended/sum'),
      `${at}/attention/output/LayerNorm`,
      epsilon,
      own('attended/norm'),
    );
    graph.dense(attended, `${at}/intermediate/dense`, own('wide')); // (b, t, 4 · width)
    graph.dense(graph.gelu(own('wide'), own('gelu')), `${at}/output/dense`, own('narrow'));
    graph.add('Add', [own('narrow'), attended], own('sum'));
    const output = layer === layers - 1 ? 'last_hidden_state' : own('output');
    x = graph.layerNorm(own('sum'), `${at}/output/LayerNorm`, epsilon, output);
  }
  const ids = (name: string) => ({ name, type: 'int64' as const, dims: ['batch', 'tokens'] });
  return {
    name: 'bert',
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: [ids('input_ids'), ids('attention_mask'), ids('token_type_ids')],
    outputs: [{ name: x, type: 'float32', dims: ['batch', 'tokens', width] }],
  };
}

/** Of words, positions and types: their sum, normalized. */
function addEmbeddings(
  graph: Builder,
  { words, positions, types, root }: BertNames,
  epsilon: number,
): string {
  graph.integers('0', [0], []);
  graph.integers('1', [1], []);
  graph.add('Shape', ['input_ids'], 'shape');
  graph.add('Gather', ['shape', '1'], 'length', { axis: { int: 0 } });
  graph.add('Range', ['0', 'length', '1'], 'order'); // (t)
  const word = graph.rows(words, 'input_ids', 'embeddings/words');
  const type = graph.rows(types, 'token_type_ids', 'embeddings/types');
  graph.add('Add', [word, graph.rows(positions, 'order', 'embeddings/positions')], 'embeddings/placed');
  graph.add('Add', ['embeddings/placed', type], 'embeddings/sum');
  return graph.layerNorm('embeddings/sum', `${root}/embeddings/LayerNorm`, epsilon, 'embeddings/norm');
}

/** 0 for real tokens, `masked` for the others. */
function addMaskBias(graph: Builder): void {
  graph.integers('head_and_query', [1, 2]);
  graph.add('Unsqueeze', ['attention_mask', 'head_and_query'], 'mask');
  graph.add('Cast', ['mask'], 'mask/float', { to: { int: float32 } });
  graph.add('Sub', ['one', 'mask/float'], 'padding');
  graph.add('Mul', ['padding', 'masked'], 'mask_bias');
}
