// The same graph in half precision: weights and arithmetic, but for the input, the output and the length of the vector.
import { toHalves } from '../../graph/float16.js';
import type { Constant, Graph, Node } from '../../util/onnx/graph.js';
import { featuresName, inputName } from './record-network.js';

/** Images come in and vectors go out as float32, so that it is a drop-in for the float32 model. */
export function toFloat16(graph: Graph): Graph {
  const halfInput = `${inputName}_half`;
  const halfFeatures = `${featuresName}_half`;
  // What follows the features squares numbers and adds them up, which half precision could not hold.
  const cut = graph.nodes.findIndex(({ outputs }) => outputs.includes(featuresName)) + 1;
  const body = graph.nodes.slice(0, cut).map(
    (node): Node => ({
      ...node,
      inputs: node.inputs.map((name) => (name === inputName ? halfInput : name)),
      outputs: node.outputs.map((name) => (name === featuresName ? halfFeatures : name)),
    }),
  );
  const tail = graph.nodes.slice(cut);
  const inBody = new Set(body.flatMap(({ inputs }) => inputs));
  return {
    ...graph,
    nodes: [cast(inputName, halfInput, 10), ...body, cast(halfFeatures, featuresName, 1), ...tail],
    constants: new Map(
      [...graph.constants].map(([name, constant]) => [name, inBody.has(name) ? halved(constant) : constant]),
    ),
  };
}

function cast(from: string, to: string, type: number): Node {
  return { op: 'Cast', inputs: [from], outputs: [to], attributes: { to: { int: type } } };
}

function halved(constant: Constant): Constant {
  if (constant.type !== 'float32') return constant;
  return { ...constant, type: 'float16', data: toHalves(constant.data as Float32Array) };
}
