// Batch norm in evaluation is a scale and a shift a channel: it goes into the weights of the layer before it.
import {
  type Constant,
  floats,
  type Graph,
  makersOf,
  type Node,
  readersOf,
  usedConstants,
} from '../../util/onnx/graph.js';

/** y = (x − mean) · weight / √(var + ε) + bias, for a convolution or linear layer that nothing else reads. */
export function foldBatchNorm(graph: Graph): Graph {
  const readers = readersOf(graph);
  const makers = makersOf(graph);
  const constants = new Map(graph.constants);
  const replaced = new Map<Node, Node>();
  const dropped = new Set<Node>();
  for (const norm of graph.nodes) {
    if (norm.op !== 'BatchNormalization') continue;
    const layer = makers.get(norm.inputs[0]!);
    if (
      layer === undefined ||
      !['Conv', 'Gemm'].includes(layer.op) ||
      readers.get(norm.inputs[0]!)?.length !== 1
    )
      continue;
    replaced.set(layer, folded(layer, norm, constants));
    dropped.add(norm);
  }
  const nodes = graph.nodes.flatMap((node) => (dropped.has(node) ? [] : [replaced.get(node) ?? node]));
  return { ...graph, nodes, constants: usedConstants(nodes, constants) };
}

function folded(layer: Node, norm: Node, constants: Map<string, Constant>): Node {
  const values = (name: string) => constants.get(name)!.data as Float32Array;
  const [scale, shift, mean, variance] = norm.inputs.slice(1).map(values) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = norm.attributes.epsilon as { float: number };
  const weightName = layer.inputs[1]!;
  const weight = constants.get(weightName)!; // (out, …)
  const before = layer.inputs[2] === undefined ? undefined : values(layer.inputs[2]);
  const out = weight.dims[0]!;
  const each = weight.data.length / out;
  const foldedWeight = new Float32Array(weight.data.length);
  const foldedBias = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    const factor = scale[o]! / Math.sqrt(variance[o]! + epsilon.float);
    for (let i = o * each; i < (o + 1) * each; i++)
      foldedWeight[i] = (weight.data as Float32Array)[i]! * factor;
    foldedBias[o] = ((before?.[o] ?? 0) - mean[o]!) * factor + shift[o]!;
  }
  const biasName = layer.inputs[2] ?? weightName.replace(/weight$/, 'bias');
  constants.set(weightName, floats(foldedWeight, weight.dims));
  constants.set(biasName, floats(foldedBias));
  return { ...layer, inputs: [layer.inputs[0]!, weightName, biasName], outputs: norm.outputs };
}
