// An ONNX graph in memory: nodes in order, constants by name.

/** Element types that are written, with ONNX's numbers (TensorProto.DataType). */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementTypes;

export interface Constant {
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Row-major; float16 as its bits. */
  readonly data: Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array | Uint16Array;
}

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

export interface Node {
  readonly op: string;
  /** Names of values; '' where an optional input is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Value {
  readonly name: string;
  readonly type: ElementType;
  /** A name where any extent will do; absent where the runtime is to find out. */
  readonly dims?: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export function floats(values: Float32Array | readonly number[], dims?: readonly number[]): Constant {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return { type: 'float32', dims: dims ?? [data.length], data };
}

/** Which nodes read a value; a graph's output counts as none. */
export function readersOf({ nodes }: Pick<Graph, 'nodes'>): Map<string, Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs)) {
      const found = readers.get(name);
      if (found === undefined) readers.set(name, [node]);
      else found.push(node);
    }
  }
  return readers;
}

/** Which node makes a value. */
export function makersOf({ nodes }: Pick<Graph, 'nodes'>): Map<string, Node> {
  return new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
}

/** The constants that some node still reads. */
export function usedConstants(
  nodes: readonly Node[],
  constants: ReadonlyMap<string, Constant>,
): Map<string, Constant> {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return new Map([...constants].filter(([name]) => read.has(name)));
}
