// Static int8 after training: what convolutions read and make becomes 8 bits, marked by pairs of QuantizeLinear and
// DequantizeLinear that every ONNX runtime fuses into integer kernels (QDQ).
import { append } from '../../util/arrays.js';
import {
  type Constant,
  floats,
  type Graph,
  makersOf,
  type Node,
  readersOf,
  usedConstants,
} from '../../util/onnx/graph.js';
import { isTransformer, quantizeProducts } from './quantize-products.js';
import { inputName } from './record-network.js';

/** What a value was seen to lie between, on calibration images. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Largest weight after rounding. 63 and not 127: processors without VNNI add two products in 16 bits, and would saturate
 * (onnxruntime's "reduce_range"); on the others it costs one bit of the weights.
 */
const largestWeight = 63;

/** Layers whose inputs and outputs become 8 bits; gates of squeeze-and-excitation stay float, being small and delicate. */
const integerOps = new Set(['Conv', 'Gemm', 'Add', 'MaxPool', 'Mul', 'GlobalAveragePool']);

/** The values to calibrate: inputs and results of integer layers. A result that only a ReLU reads is taken after it. */
export function valuesToQuantize(graph: Graph): string[] {
  if (isTransformer(graph)) return [];
  const wanted = new Set<string>();
  const gates = gateNodes(graph);
  const readers = readersOf(graph);
  for (const node of graph.nodes) {
    if (!integerOps.has(node.op) || gates.has(node)) continue;
    if (node.op === 'GlobalAveragePool' && !squeezes(node, readers)) {
      wanted.add(node.inputs[0]!); // the features themselves keep their precision
      continue;
    }
    for (const name of node.inputs) if (!graph.constants.has(name)) wanted.add(name);
    const [output = ''] = node.outputs;
    const after = readers.get(output) ?? [];
    const relu = after.length === 1 && after[0]!.op === 'Relu' ? after[0] : undefined;
    wanted.add(relu?.outputs[0] ?? output);
  }
  for (const { name } of graph.outputs) wanted.delete(name);
  return [...wanted];
}

/** Per-channel int8 weights, int32 biases, unsigned 8-bit values; the rest of the graph as it was. */
export function quantize(graph: Graph, ranges: ReadonlyMap<string, ValueRange>): Graph {
  if (isTransformer(graph)) return quantizeProducts(graph);
  const constants = new Map(graph.constants);
  const gates = gateNodes(graph);
  const scales = new Map<string, number>();
  const pairs = new Map<string, Node[]>();
  for (const [name, range] of ranges) {
    const { scale, zero } = unsignedScale(range);
    scales.set(name, scale);
    constants.set(`${name}_scale`, floats([scale], []));
    constants.set(`${name}_zero`, { type: 'uint8', dims: [], data: Uint8Array.of(zero) });
    pairs.set(name, [
      qdq('QuantizeLinear', [name, `${name}_scale`, `${name}_zero`], `${name}_quantized`),
      qdq('DequantizeLinear', [`${name}_quantized`, `${name}_scale`, `${name}_zero`], `${name}_rounded`),
    ]);
  }
  const nodes: Node[] = [...(pairs.get(inputName) ?? [])];
  for (const node of graph.nodes) {
    const integer = (node.op === 'Conv' || node.op === 'Gemm') && !gates.has(node);
    const weights = integer ? quantizedWeights(node, scales.get(node.inputs[0]!)!, constants) : [];
    append(nodes, weights);
    nodes.push({
      ...node,
      inputs: node.inputs.map((name, place) => {
        if (integer && place > 0) return `${name}_rounded`;
        return scales.has(name) ? `${name}_rounded` : name;
      }),
    });
    for (const output of node.outputs) append(nodes, pairs.get(output) ?? []);
  }
  return { ...graph, nodes, constants: usedConstants(nodes, constants) };
}

/** Convolutions that work on one value a channel: the inside of squeeze-and-excitation. */
function gateNodes(graph: Graph): Set<Node> {
  const makers = makersOf(graph);
  const found = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.op !== 'Conv') continue;
    let before = makers.get(node.inputs[0]!);
    while (
      before !== undefined &&
      ['Relu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Mul', 'Conv'].includes(before.op)
    ) {
      if (before.op === 'Conv' && !found.has(before)) break;
      before = makers.get(before.inputs[0]!);
    }
    if (before?.op === 'GlobalAveragePool') found.add(node);
  }
  return found;
}

function squeezes(pool: Node, readers: ReadonlyMap<string, readonly Node[]>): boolean {
  return (readers.get(pool.outputs[0]!) ?? []).some(({ op }) => op === 'Conv');
}

/** 0 is always exact, as padding is made of it. */
function unsignedScale({ low, high }: ValueRange): { scale: number; zero: number } {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const scale = Math.fround(Math.max(to - from, 1e-8) / 255);
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-from / scale))) };
}

function qdq(op: string, inputs: string[], output: string, axis?: number): Node {
  return { op, inputs, outputs: [output], attributes: axis === undefined ? {} : { axis: { int: axis } } };
}

/** Weight and bias of one layer, rounded; the nodes that turn them back into numbers. */
function quantizedWeights(layer: Node, inputScale: number, constants: Map<string, Constant>): Node[] {
  const [, weightName = '', biasName] = layer.inputs;
  const { dims, data } = constants.get(weightName)!; // (out, …)
  const out = dims[0]!;
  const each = data.length / out;
  const rounded = new Int8Array(data.length);
  const scales = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    let largest = 0;
    for (let i = o * each; i < (o + 1) * each; i++) largest = Math.max(largest, Math.abs(Number(data[i])));
    const scale = Math.fround(Math.max(largest, 1e-8) / largestWeight);
    scales[o] = scale;
    for (let i = o * each; i < (o + 1) * each; i++) rounded[i] = Math.round(Number(data[i]) / scale);
  }
  constants.set(`${weightName}_int8`, { type: 'int8', dims, data: rounded });
  constants.set(`${weightName}_scale`, floats(scales));
  constants.set(`${weightName}_zero`, { type: 'int8', dims: [out], data: new Int8Array(out) });
  const nodes = [
    qdq(
      'DequantizeLinear',
      [`${weightName}_int8`, `${weightName}_scale`, `${weightName}_zero`],
      `${weightName}_rounded`,
      0,
    ),
  ];
  if (biasName === undefined) return nodes;
  const bias = constants.get(biasName)!.data as Float32Array;
  const biasScales = scales.map((scale) => scale * inputScale);
  constants.set(`${biasName}_int32`, {
    type: 'int32',
    dims: [out],
    data: Int32Array.from(bias, (value, o) =>
      Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), Math.round(value / biasScales[o]!))),
    ),
  });
  constants.set(`${biasName}_scale`, floats(biasScales));
  constants.set(`${biasName}_zero`, { type: 'int32', dims: [out], data: new Int32Array(out) });
  nodes.push(
    qdq(
      'DequantizeLinear',
      [`${biasName}_int32`, `${biasName}_scale`, `${biasName}_zero`],
      `${biasName}_rounded`,
      0,
    ),
  );
  return nodes;
}
