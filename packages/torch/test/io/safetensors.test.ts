// safetensors: the reference library's file, round trips, bytes as specified, damage of every kind.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type Dtype, io, liveTensors, nn, tensor, zeros } from '../../src/index.js';
import { pattern } from '../goldens/pattern.js';
import { inScope } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const fromPython = fileURLToPath(new URL('../goldens/from-python.safetensors', import.meta.url));

/** A file of the given header and as many zero bytes of data. */
function write(name: string, header: unknown, dataBytes: number, lengthChange = 0): string {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = Buffer.alloc(8 + Buffer.byteLength(json) + dataBytes);
  bytes.writeBigUInt64LE(BigInt(Buffer.byteLength(json) + lengthChange));
  bytes.write(json, 8);
  writeFileSync(at(name), bytes);
  return at(name);
}

function raw(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

const every = () =>
  new Map([
    ['float32', pattern([3, 4], 1, 'float32')],
    ['float64', pattern([5], 2)],
    ['float16', pattern([2, 3], 3, 'float16')],
    ['bfloat16', pattern([7], 4, 'bfloat16')],
    ['int64', tensor([-(2 ** 40), 7], { dtype: 'int64' })],
    ['int32', tensor([[1, -2]], { dtype: 'int32' })],
    ['int16', tensor([300, -300], { dtype: 'int16' })],
    ['int8', tensor([-128, 127], { dtype: 'int8' })],
    ['uint8', tensor([0, 255, 3], { dtype: 'uint8' })],
    ['bool', tensor([1, 0, 1], { dtype: 'bool' })],
    ['scalar', tensor(2.5)],
    ['empty', zeros([0, 3])],
  ]);

function expectEvery(path: string): void {
  const { tensors } = io.readSafetensors(path);
  const expected = every();
  expect([...tensors.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, value] of expected) {
    const got = tensors.get(name)!;
    expect([got.dtype, got.shape], name).toEqual([value.dtype, value.shape]);
    expect(got.toNumbers(), name).toEqual(value.toNumbers());
  }
}

describe('reading and writing', () => {
  it(
    'reads what the reference library wrote, every dtype',
    inScope(() => {
      expectEvery(fromPython);
      expect(io.readSafetensors(fromPython).metadata).toEqual({ format: 'pt', note: 'Grüße, 世界' });
    }),
  );

  it(
    'round trip of every dtype, with metadata',
    inScope(() => {
      io.writeSafetensors(at('every'), every(), { note: '世界', empty: '' });
      expectEvery(at('every'));
      expect(io.readSafetensors(at('every')).metadata).toEqual({ note: '世界', empty: '' });
    }),
  );

  it(
    'writes row-major whatever the layout, and aligns each tensor for its dtype',
    inScope(() => {
      const image = pattern([2, 3, 4, 5], 1, 'float32');
      const tensors = new Map([
        ['odd', tensor([1, 2, 3], { dtype: 'uint8' })],
        ['last', image.to({ memoryFormat: 'channels_last' })],
        ['transposed', pattern([3, 2], 2).t()],
      ]);
      io.writeSafetensors(at('layout'), tensors);
      const bytes = readFileSync(at('layout'));
      const length = Number(bytes.readBigUInt64LE());
      expect(length % 8).toBe(0);
      const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<
        string,
        { data_offsets: number[] }
      >;
      expect(Object.keys(header)).toEqual(['transposed', 'last', 'odd']);
      expect(header.last!.data_offsets).toEqual([48, 528]);
      const read = io.readSafetensors(at('layout')).tensors;
      expect(read.get('last')!.isContiguous()).toBe(true);
      expect(read.get('last')!.toNumbers()).toEqual(image.toNumbers());
      expect(read.get('transposed')!.toNumbers()).toEqual(pattern([3, 2], 2).t().toNumbers());
    }),
  );

  it(
    'a module’s state goes there and back; the file may be overwritten while it is mapped',
    inScope(() => {
      using module = new nn.Sequential(new nn.Conv2d(3, 4, 3), new nn.BatchNorm2d(4));
      using other = new nn.Sequential(new nn.Conv2d(3, 4, 3), new nn.BatchNorm2d(4));
      io.writeSafetensors(at('module'), module.stateDict());
      const mapped = io.readSafetensors(at('module')).tensors;
      io.writeSafetensors(at('module'), other.stateDict());
      other.loadStateDict(mapped);
      for (const [name, value] of module.stateDict()) {
        expect(other.stateDict().get(name)!.toNumbers()).toEqual(value.toNumbers());
      }
    }),
  );

  it(
    'writing into a mapped tensor never reaches the file',
    inScope(() => {
      io.writeSafetensors(at('private'), new Map([['a', zeros([4])]]));
      io.readSafetensors(at('private')).tensors.get('a')!.fill_(1);
      expect(io.readSafetensors(at('private')).tensors.get('a')!.toNumbers()).toEqual([0, 0, 0, 0]);
    }),
  );

  it(
    'data that is not aligned for its dtype is read all the same',
    inScope(() => {
      const header = {
        a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
        b: { dtype: 'F32', shape: [2], data_offsets: [1, 9] },
      };
      const path = write('unaligned', header, 9);
      const bytes = readFileSync(path);
      bytes.writeFloatLE(1.5, bytes.length - 8);
      writeFileSync(path, bytes);
      expect(io.readSafetensors(path).tensors.get('b')!.toNumbers()).toEqual([1.5, 0]);
    }),
  );

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)(
    'Python reads what we write',
    inScope(() => {
      io.writeSafetensors(at('for-python'), every(), { note: '世界' });
      const script = `
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
(length,) = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
get = lambda name, code: list(struct.unpack('<' + code, data[8 + length:][slice(*header[name]['data_offsets'])]))
print(json.dumps([header['__metadata__'], get('float64', '5d'), get('int64', '2q'), get('bool', '3?')]))`;
      const output = execFileSync('python3', ['-c', script, at('for-python')], { encoding: 'utf8' });
      const expected = [{ note: '世界' }, pattern([5], 2).toNumbers(), [-(2 ** 40), 7], [true, false, true]];
      expect(JSON.parse(output)).toEqual(expected);
    }),
  );
});

describe('damage is an exact error and leaves no tensor', () => {
  const f32 = (offsets: number[], shape = [1]) => ({ dtype: 'F32', shape, data_offsets: offsets });
  const cases: [what: string, make: () => string, message: string][] = [
    ['missing', () => at('nowhere'), 'ENOENT'],
    ['empty', () => raw('e', ''), 'it has 0 bytes'],
    [
      'header longer than the file',
      () => write('h', '{}', 0, 100),
      'cut short: the header takes 102 bytes, the file has 10',
    ],
    ['header length absurd', () => raw('x', 'not a safetensors file'), 'its header claims'],
    ['not JSON', () => write('j', '{"a": ', 0), 'JSON'],
    ['not an object', () => write('o', '[]', 0), 'the header is not a JSON object'],
    [
      'data cut short',
      () => write('d', { a: f32([0, 4]) }, 3),
      'it is cut short: its tensors take 4 bytes, 3 are there',
    ],
    ['data left over', () => write('l', { a: f32([0, 4]) }, 6), '2 bytes follow the last tensor'],
    ['a gap', () => write('g', { a: f32([0, 4]), b: f32([8, 12]) }, 12), 'b begins at byte 8, expected 4'],
    ['an overlap', () => write('v', { a: f32([0, 4]), b: f32([0, 4]) }, 8), 'b begins at byte 0, expected 4'],
    [
      'size and shape at odds',
      () => write('s', { a: f32([0, 4], [2]) }, 4),
      'float32 (2) takes 8 bytes, its data_offsets give 4',
    ],
    [
      'an unknown dtype',
      () => write('t', { a: { ...f32([0, 4]), dtype: 'F8_E4M3' } }, 4),
      'a has dtype "F8_E4M3", expected one of F64',
    ],
    ['a negative shape', () => write('n', { a: f32([0, 4], [-1]) }, 4), 'a has no valid shape'],
    ['no offsets', () => write('f', { a: { dtype: 'F32', shape: [1] } }, 4), 'a has no valid data_offsets'],
    [
      'metadata of the wrong type',
      () => write('m', { __metadata__: { a: 1 } }, 0),
      '__metadata__ must map names to strings',
    ],
  ];
  for (const [what, make, message] of cases) {
    it(what, () => {
      const path = make();
      const before = liveTensors();
      expect(() => io.readSafetensors(path)).toThrow(`readSafetensors: cannot read ${path}: `);
      expect(() => io.readSafetensors(path)).toThrow(message);
      expect(liveTensors()).toBe(before);
    });
  }

  it(
    'a write that fails leaves the old file and nothing aside',
    inScope(() => {
      io.writeSafetensors(at('old'), new Map([['a', zeros([2])]]));
      const kept = readFileSync(at('old'));
      const gone = zeros([2]);
      const tensors = new Map<string, typeof gone>([['b', zeros([2])]]);
      // The handle dies between the layout and the writing, as a device error would strike.
      Object.defineProperty(gone, 'handle', {
        get: () => {
          throw new Error('device lost');
        },
      });
      Object.defineProperties(gone, { dtype: { value: 'float32' satisfies Dtype }, shape: { value: [2] } });
      tensors.set('c', gone);
      expect(() => io.writeSafetensors(at('old'), tensors)).toThrow('device lost');
      expect(readFileSync(at('old'))).toEqual(kept);
      expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
    }),
  );
});
