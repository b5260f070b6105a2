// The few parts of protobuf's wire format that writing an ONNX file takes (https://protobuf.dev/programming-guides/encoding).

/** Fields of one message, in the order they are added. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** Number of bytes so far. */
  get length(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** A whole number, also a negative one (as 64 bits). */
  int(field: number, value: number | bigint): this {
    this.#parts.push(varint((field << 3) | 0), varint(value));
    return this;
  }

  float(field: number, value: number): this {
    this.#parts.push(varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint((field << 3) | 2), varint(value.length), value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    this.#parts.push(varint((field << 3) | 2), varint(value.length), ...value.#parts);
    return this;
  }

  /** The message as pieces to write one after another: weights are not copied. */
  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }
}

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
