// An ONNX graph as a file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; the numbers are its field numbers).
import { type Attribute, type Constant, elementTypes, type Graph, type Node, type Value } from './graph.js';
import { Message } from './protobuf.js';

/** Opset 17 (ONNX 1.12, 2022): HardSwish and everything else that is used, and every onnxruntime since 1.12 reads it. */
const opset = 17;
const irVersion = 8;

/** protobuf's own limit; larger models would need weights in files of their own. */
const largest = 2 ** 31 - 1;

export interface ModelInfo {
  readonly producer: string;
  readonly version: string;
  /** Free text that tools show, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The file's bytes as pieces, so that weights are not copied. @throws {Error} above protobuf's 2 GiB */
export function modelBytes(
  graph: Graph,
  { producer, version, metadata = {} }: ModelInfo,
): readonly Uint8Array[] {
  const model = new Message().int(1, irVersion).text(2, producer).text(3, version);
  model.message(7, graphMessage(graph));
  model.message(8, new Message().text(1, '').int(2, opset));
  for (const [key, value] of Object.entries(metadata))
    model.message(14, new Message().text(1, key).text(2, value));
  if (model.length > largest)
    throw new Error(`export: an ONNX file holds at most 2 GiB, this model has ${model.length} bytes`);
  return model.parts;
}

function graphMessage({ name, nodes, constants, inputs, outputs }: Graph): Message {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeMessage(node));
  graph.text(2, name);
  for (const [constant, value] of constants) graph.message(5, tensorMessage(constant, value));
  for (const input of inputs) graph.message(11, valueMessage(input));
  for (const output of outputs) graph.message(12, valueMessage(output));
  return graph;
}

function nodeMessage({ op, inputs, outputs, attributes }: Node): Message {
  const node = new Message();
  for (const name of inputs) node.text(1, name);
  for (const name of outputs) node.text(2, name);
  node.text(3, outputs[0] ?? '').text(4, op); // named for what it makes
  for (const [name, value] of Object.entries(attributes)) node.message(5, attributeMessage(name, value));
  return node;
}

function attributeMessage(name: string, value: Attribute): Message {
  const attribute = new Message().text(1, name);
  if ('float' in value) return attribute.float(2, value.float).int(20, 1);
  if ('int' in value) return attribute.int(3, value.int).int(20, 2);
  for (const one of value.ints) attribute.int(8, one);
  return attribute.int(20, 7);
}

function tensorMessage(name: string, { type, dims, data }: Constant): Message {
  const tensor = new Message();
  for (const extent of dims) tensor.int(1, extent);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength); // little-endian, as the format asks
  return tensor.int(2, elementTypes[type]).text(8, name).bytes(9, bytes);
}

function valueMessage({ name, type, dims }: Value): Message {
  const tensor = new Message().int(1, elementTypes[type]);
  if (dims !== undefined) {
    const shape = new Message();
    for (const extent of dims) {
      const dim = new Message();
      shape.message(1, typeof extent === 'number' ? dim.int(1, extent) : dim.text(2, extent));
    }
    tensor.message(2, shape);
  }
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
