// Dynamic int8 for transformers: the products with weights run in integers, and each image's values find their own range.
import { type Constant, floats, type Graph, type Node, usedConstants } from '../../util/onnx/graph.js';

/** As in quantize.ts: what processors without VNNI can add up in 16 bits. */
const largestWeight = 63;

/** Whether a node multiplies a value by weights, as the linear layers of a transformer do. */
function multipliesWeights({ op, inputs }: Node, constants: ReadonlyMap<string, Constant>): boolean {
  return op === 'MatMul' && constants.has(inputs[1]!);
}

/** A graph of products with weights between norms, whose outliers a fixed range for each value would not survive. */
export function isTransformer({ nodes, constants }: Pick<Graph, 'nodes' | 'constants'>): boolean {
  return nodes.some((node) => multipliesWeights(node, constants));
}

/**
 * Weights in int8, a scale for each column; what they multiply becomes 8 bits by DynamicQuantizeLinear, image batch by image
 * batch, so that nothing needs calibration. Norms, softmax, shortcuts and the first convolution stay float. Runtimes fuse the
 * five nodes of each product into one.
 */
export function quantizeProducts(graph: Graph): Graph {
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) =>
    multipliesWeights(node, graph.constants) ? integerProduct(node, constants) : [node],
  );
  return { ...graph, nodes, constants: usedConstants(nodes, constants) };
}

function integerProduct({ inputs, outputs }: Node, constants: Map<string, Constant>): Node[] {
  const [value = '', weight = ''] = inputs;
  const [output = ''] = outputs;
  const { dims, data } = constants.get(weight)!; // (in, out)
  const out = dims[1]!;
  const scales = new Float32Array(out).fill(1e-8);
  data.forEach((one, i) => {
    scales[i % out] = Math.max(scales[i % out]!, Math.abs(Number(one)));
  });
  for (let o = 0; o < out; o++) scales[o]! /= largestWeight;
  const rounded = Int8Array.from(data as Float32Array, (one, i) => Math.round(one / scales[i % out]!));
  constants.set(`${weight}_int8`, { type: 'int8', dims, data: rounded });
  constants.set(`${weight}_scale`, floats(scales));
  const part = (suffix: string) => `${output}_${suffix}`;
  const node = (op: string, from: string[], to: string[], attributes: Node['attributes'] = {}): Node => ({
    op,
    inputs: from,
    outputs: to,
    attributes,
  });
  return [
    node('DynamicQuantizeLinear', [value], [part('uint8'), part('scale'), part('zero')]),
    node('MatMulInteger', [part('uint8'), `${weight}_int8`, part('zero')], [part('int32')]),
    node('Cast', [part('int32')], [part('float')], { to: { int: 1 } }),
    node('Mul', [part('scale'), `${weight}_scale`], [part('scales')]),
    node('Mul', [part('float'), part('scales')], [output]),
  ];
}
