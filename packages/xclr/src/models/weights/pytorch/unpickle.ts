// Python's pickle format, as far as a checkpoint needs it: plain values, and the few functions of globals.ts. No code is run.
//
// Source: Lib/pickletools.py of CPython describes every opcode; protocols 0 to 5.
import type { ByteReader } from './byte-reader.js';
import { globalNamed } from './globals.js';
import { isCallable, PassedOver } from './values.js';

export interface UnpickleOptions {
  /** What a persistent id stands for. */
  readonly persistent: (id: unknown) => unknown;
  /** Names of classes whose objects were passed over are added to it. */
  readonly passedOver: Set<string>;
}

/** Values that may be pushed; more than any checkpoint has, so that a bomb ends. */
const mostSteps = 50_000_000;

/** Reads one pickle and gives its value: dicts are Maps, lists, tuples and sets arrays, None null. Stops behind it. */
export function unpickle(bytes: ByteReader, options: UnpickleOptions): unknown {
  return new Unpickler(bytes, options).run();
}

class Unpickler {
  #stack: unknown[] = [];
  readonly #below: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #bytes: ByteReader;
  readonly #options: UnpickleOptions;

  constructor(bytes: ByteReader, options: UnpickleOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  run(): unknown {
    for (let steps = 0; steps < mostSteps; steps++) {
      const at = this.#bytes.position;
      const code = this.#bytes.byte();
      if (code === 0x2e) return this.#pop(); // STOP
      if (!this.#scalar(code) && !this.#collection(code) && !this.#object(code))
        throw new Error(`it is no pickle that is known here: byte ${at} is 0x${code.toString(16)}`);
    }
    throw new Error('its pickle has no end');
  }

  #pop(): unknown {
    if (this.#stack.length === 0)
      throw new Error('its pickle is damaged: it takes a value that is not there');
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length === 0)
      throw new Error('its pickle is damaged: it changes a value that is not there');
    return this.#stack.at(-1);
  }

  /** The values since the last mark. */
  #popMark(): unknown[] {
    const items = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw new Error('its pickle is damaged: a mark is missing');
    this.#stack = below;
    return items;
  }

  #push(value: unknown): true {
    this.#stack.push(value);
    return true;
  }

  #text(length: number): true {
    return this.#push(this.#bytes.take(length).toString('utf8'));
  }

  #raw(length: number): true {
    return this.#push(Uint8Array.from(this.#bytes.take(length)));
  }

  #u32(): number {
    return this.#bytes.take(4).readUInt32LE();
  }

  #u64(): number {
    return Number(this.#bytes.take(8).readBigUInt64LE());
  }

  /** A whole number of any length, two's complement, low byte first. */
  #long(length: number): true {
    const bytes = this.#bytes.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    if (length > 0 && bytes[length - 1]! >= 0x80) value -= 1n << BigInt(8 * length);
    const small = Number(value);
    return this.#push(Number.isSafeInteger(small) ? small : value);
  }

  #decimal(text: string): true {
    if (text === '00' || text === '01') return this.#push(text === '01');
    return this.#push(Number(text.replace(/L$/, '')));
  }

  #remember(place: number): true {
    this.#memo.set(place, this.#top());
    return true;
  }

  #recall(place: number): true {
    if (!this.#memo.has(place))
      throw new Error('its pickle is damaged: it refers to a value that is not there');
    return this.#push(this.#memo.get(place));
  }

  /** Numbers, texts, memory. */
  #scalar(code: number): boolean {
    const bytes = this.#bytes;
    switch (code) {
      case 0x80: // PROTO
        return bytes.byte() <= 5;
      case 0x95: // FRAME
        bytes.take(8);
        return true;
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(bytes.take(4).readInt32LE());
      case 0x4b: // BININT1
        return this.#push(bytes.byte());
      case 0x4d: // BININT2
        return this.#push(bytes.take(2).readUInt16LE());
      case 0x8a: // LONG1
        return this.#long(bytes.byte());
      case 0x8b: // LONG4
        return this.#long(this.#u32());
      case 0x49: // INT
      case 0x4c: // LONG
      case 0x46: // FLOAT
        return this.#decimal(bytes.line());
      case 0x47: // BINFLOAT
        return this.#push(bytes.take(8).readDoubleBE());
      case 0x58: // BINUNICODE
        return this.#text(this.#u32());
      case 0x8c: // SHORT_BINUNICODE
        return this.#text(bytes.byte());
      case 0x8d: // BINUNICODE8
        return this.#text(this.#u64());
      case 0x54: // BINSTRING
        return this.#text(this.#u32());
      case 0x55: // SHORT_BINSTRING
        return this.#text(bytes.byte());
      case 0x56: // UNICODE
        return this.#push(bytes.line());
      case 0x53: // STRING, in quotes
        return this.#push(bytes.line().slice(1, -1));
      case 0x42: // BINBYTES
        return this.#raw(this.#u32());
      case 0x43: // SHORT_BINBYTES
        return this.#raw(bytes.byte());
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.#raw(this.#u64());
      case 0x71: // BINPUT
        return this.#remember(bytes.byte());
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#u32());
      case 0x70: // PUT
        return this.#remember(Number(bytes.line()));
      case 0x94: // MEMOIZE
        return this.#remember(this.#memo.size);
      case 0x68: // BINGET
        return this.#recall(bytes.byte());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#u32());
      case 0x67: // GET
        return this.#recall(Number(bytes.line()));
      default:
        return false;
    }
  }

  /** Lists, tuples, dicts, sets. */
  #collection(code: number): boolean {
    switch (code) {
      case 0x28: // MARK
        this.#below.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x30: // POP
        this.#pop();
        return true;
      case 0x31: // POP_MARK
        this.#popMark();
        return true;
      case 0x32: // DUP
        return this.#push(this.#top());
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        return this.#push([]);
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x6c: // LIST
      case 0x74: // TUPLE
      case 0x91: // FROZENSET
        return this.#push(this.#popMark());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: {
        // TUPLE3
        const items = Array.from({ length: code - 0x84 }, () => this.#pop());
        return this.#push(items.reverse());
      }
      case 0x64: // DICT
        return this.#push(pairsInto(new Map(), this.#popMark()));
      case 0x61: // APPEND
        return this.#extend([this.#pop()]);
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        return this.#extend(this.#popMark());
      case 0x73: {
        // SETITEM
        const [value, key] = [this.#pop(), this.#pop()];
        pairsInto(this.#top(), [key, value]);
        return true;
      }
      case 0x75: {
        // SETITEMS
        const items = this.#popMark();
        pairsInto(this.#top(), items);
        return true;
      }
      default:
        return false;
    }
  }

  #extend(items: readonly unknown[]): true {
    const list = this.#top();
    if (Array.isArray(list)) for (const item of items) list.push(item);
    else if (!(list instanceof PassedOver)) throw new Error('its pickle is damaged: it appends to no list');
    return true;
  }

  /** Names, calls, and references to storages. */
  #object(code: number): boolean {
    const bytes = this.#bytes;
    switch (code) {
      case 0x63: // GLOBAL
        return this.#push(globalNamed(bytes.line(), bytes.line()));
      case 0x93: {
        // STACK_GLOBAL
        const [name, module] = [this.#pop(), this.#pop()];
        return this.#push(globalNamed(String(module), String(name)));
      }
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const [args, callee] = [this.#pop(), this.#pop()];
        return this.#push(this.#called(callee, args));
      }
      case 0x92: {
        // NEWOBJ_EX
        const [, args, callee] = [this.#pop(), this.#pop(), this.#pop()];
        return this.#push(this.#called(callee, args));
      }
      case 0x69: {
        // INST
        const callee = globalNamed(bytes.line(), bytes.line());
        const args = this.#popMark();
        return this.#push(this.#called(callee, args));
      }
      case 0x6f: {
        // OBJ
        const [callee, ...args] = this.#popMark();
        return this.#push(this.#called(callee, args));
      }
      case 0x62: // BUILD: the state of an object; of an ordered dict, a note of its modules' versions
        this.#pop();
        return true;
      case 0x51: // BINPERSID
        return this.#push(this.#options.persistent(this.#pop()));
      case 0x50: // PERSID
        return this.#push(this.#options.persistent(bytes.line()));
      default:
        return false;
    }
  }

  #called(callee: unknown, args: unknown): unknown {
    if (!isCallable(callee) || !Array.isArray(args))
      throw new Error('its pickle is damaged: it calls a plain value');
    const made = callee.call(args);
    if (made instanceof PassedOver) this.#options.passedOver.add(made.className);
    return made;
  }
}

/** Keys and values in turn, into a dict; what is passed over keeps none. */
function pairsInto(target: unknown, items: readonly unknown[]): unknown {
  if (target instanceof PassedOver) return target;
  if (!(target instanceof Map)) throw new Error('its pickle is damaged: it sets keys of no dict');
  for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  return target;
}
