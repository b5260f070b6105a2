// Files of weights: everything that torch.save writes, and everything that is refused, with what it is and what to do.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { io, scoped, type Tensor, tensor } from '@xclr/torch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patternValues } from '../../../torch/test/goldens/pattern.js';
import { openStateFile } from '../../src/models/index.js';
import { UserError } from '../../src/util/errors.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-weight-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Made by goldens/make_weight_goldens.py. */
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

function placed(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function errorOf(path: string): Promise<UserError> {
  try {
    const file = await openStateFile(path);
    scoped(() => void file.read());
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(path);
    expect((error as UserError).remedy).toBeTruthy();
    return error as UserError;
  }
  return expect.fail('expected an error');
}

const float32 = (values: Iterable<number>) => Array.from(Float32Array.from(values));

/** What make_weight_goldens.py's `tensors` holds. */
function expectTensors(state: ReadonlyMap<string, Tensor>): void {
  const values = (name: string) => state.get(name)!.toNumbers();
  const base = float32(patternValues(24, 1));
  const at = (row: number, column: number) => base[6 * row + column]!;
  expect(values('plain')).toEqual(base);
  expect(values('row')).toEqual(base.slice(6, 12));
  expect(state.get('transposed')!.shape).toEqual([6, 4]);
  expect(values('transposed')).toEqual(Array.from({ length: 24 }, (_, i) => at(i % 4, Math.floor(i / 4))));
  expect(values('every_second')).toEqual(
    Array.from({ length: 12 }, (_, i) => at(Math.floor(i / 3), 2 * (i % 3))),
  );
  expect(state.get('channels_last')!.shape).toEqual([2, 3, 4, 5]);
  expect(values('channels_last')).toEqual(float32(patternValues(120, 2)));
  expect(values('expanded')).toEqual([1.5, 1.5, 1.5, -2.5, -2.5, -2.5]);
  expect(values('float64')).toEqual(Array.from(patternValues(3, 3)));
  for (const [name, stream, digits] of [
    ['float16', 4, 3],
    ['bfloat16', 5, 2],
  ] as const) {
    expect(state.get(name)!.dtype).toBe(name);
    values(name).forEach((value, i) => {
      expect(value).toBeCloseTo(patternValues(3, stream)[i]!, digits);
    });
  }
  expect(values('int64')).toEqual([-1, 2 ** 40]);
  expect(values('int32')).toEqual([-7, 8]);
  expect(values('uint8')).toEqual([0, 255]);
  expect(state.get('bool')!.dtype).toBe('bool');
  expect(values('bool')).toEqual([1, 0]);
  expect(state.get('scalar')!.shape).toEqual([]);
  expect(values('scalar')).toEqual([3.25]);
  expect(state.get('empty')!.shape).toEqual([0, 3]);
  expect(values('parameter')).toEqual([0.5, 0.25]);
}

describe('what torch.save writes', () => {
  test.each([
    ['tensors.pth', 'since 1.6'],
    ['tensors-protocol-4.pth', 'with a newer pickle'],
    ['tensors-legacy.pth', 'before 1.6'],
    ['tensors-deflated.pth', 'zipped again with compression'],
  ])('%s (%s): every dtype, strides, offsets, shared storages', async (name) => {
    const file = await openStateFile(fixture(name));
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file.notes).toEqual([]);
    scoped(() => expectTensors(file.read()));
  });

  test('tensors of one storage share memory, and the file is never written', async () => {
    const before = readFileSync(fixture('tensors.pth'));
    const file = await openStateFile(fixture('tensors.pth'));
    scoped(() => {
      const state = file.read();
      state.get('row')!.fill_(9);
      expect(state.get('plain')!.toNumbers().slice(6, 12)).toEqual([9, 9, 9, 9, 9, 9]);
    });
    expect(readFileSync(fixture('tensors.pth')).equals(before)).toBe(true);
  });

  test('a state dict beside an optimizer and settings is found, and what was passed over is said', async () => {
    const file = await openStateFile(fixture('nested.pth'));
    scoped(() => expectTensors(file.read()));
    expect(file.notes[0]).toBe("the state dict lies under 'state_dict'");
    expect(file.notes.join()).toMatch(/passed over: .*argparse\.Namespace/);
    expect(file.notes.join()).toMatch(/pathlib\.PurePosixPath/);
  });

  test('of a teacher and a student the teacher is taken', async () => {
    const { notes } = await openStateFile(fixture('teacher.pth'));
    expect(notes).toEqual(["the state dict lies under 'teacher'", 'others were left alone: student']);
  });
});

describe('what is refused', () => {
  test.each([
    ['evil.pth', /names (posix|nt)\.system, which is refused.*no code is run/],
    ['evil-legacy.pth', /names (posix|nt)\.system, which is refused/],
    ['custom-class.pth', /names __main__\.Custom, which is refused/],
    ['whole-model.pth', /names torch\.nn\.modules\.linear\.Linear, which is refused/],
    ['torchscript.pt', /TorchScript program/],
    ['big-endian.pth', /numbers are big-endian/],
    ['no-pickle.pth', /no PyTorch checkpoint: it has no data\.pkl/],
    ['missing-storage.pth', /storage data\/0 is missing/],
    ['ambiguous.pth', /several state dicts, and nothing says which is meant: a, b/],
    ['no-tensors.pth', /no tensors by name \(its keys are epoch\)/],
    ['one-tensor.pth', /no tensors by name \(it is one tensor\)/],
  ])('%s', async (name, expected) => {
    const { message } = await errorOf(fixture(name));
    expect(message).toMatch(expected);
    expect(existsSync('/tmp/xclr-pickle-was-run')).toBe(false);
  });

  test('a whole model: the remedy is the line of Python that saves its weights', async () => {
    expect((await errorOf(fixture('whole-model.pth'))).remedy).toContain('torch.save(model.state_dict(),');
  });

  test.each([
    ['page.pth', '<!DOCTYPE html>\n<html lang="en"><head>', /it is a web page/, /\/resolve\//],
    [
      'pointer.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a',
      /Git LFS pointer/,
      /git lfs pull/,
    ],
    ['error.bin', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /XML message/, /download/],
    ['model.pth.gz', gzipSync('weights'), /gzip file/, /Unpack/],
    ['model.tar.xz', Buffer.from('fd377a585a0000', 'hex'), /xz file/, /Unpack/],
    ['model.onnx', Buffer.from('0807120770796f726368', 'hex'), /ONNX model/, /safetensors or \.pth/],
    ['renamed.pth', Buffer.from('0807120770796f726368', 'hex'), /ONNX model/, /safetensors or \.pth/],
    ['model.h5', Buffer.from('894844460d0a1a0a', 'hex'), /HDF5.*Keras/, /Convert/],
    ['model.ckpt.index', Buffer.from('00000401', 'hex'), /TensorFlow/, /from_tf/],
    ['flax_model.msgpack', Buffer.from('82a6', 'hex'), /Flax/, /safetensors/],
    ['weights.npy', Buffer.from('934e554d5059', 'hex'), /NumPy/, /safetensors/],
    ['photo.pth', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /an image/, /file of weights/],
    ['model.gguf', 'GGUF....', /GGUF/, /safetensors/],
    ['other.pkl', Buffer.from('80047d942e', 'hex'), /pickle of something else/, /torch\.save/],
    ['config.json', '{"model_type": "resnet"}', /it is JSON/, /folder/],
    ['notes.txt', 'the weights are in the other folder', /text file/, /file of weights/],
    ['empty.pth', '', /it is empty/, /fetch it again/],
    ['random.bin', Buffer.from('00ff13379000', 'hex'), /begins with the bytes 00ff13379000/, /torch\.save/],
  ])('%s', async (name, content, expected, remedy) => {
    const error = await errorOf(placed(name, content));
    expect(error.message).toMatch(expected);
    expect(error.remedy).toMatch(remedy);
  });

  test('a tar file', async () => {
    const bytes = Buffer.alloc(1024);
    bytes.write('ustar', 257);
    expect((await errorOf(placed('model.pth.tar', bytes))).message).toMatch(/it is a tar file/);
  });

  test.each(['tensors.pth', 'tensors-legacy.pth'])('%s, cut anywhere', async (name) => {
    const whole = readFileSync(fixture(name));
    for (const part of [0.1, 0.3, 0.5, 0.8, 0.95, 0.999]) {
      const path = placed(`cut-${name}`, whole.subarray(0, Math.floor(part * whole.length)));
      const { message, remedy } = await errorOf(path);
      expect(message).toMatch(/cut short|damaged/);
      expect(remedy).toMatch(/interrupted/);
    }
  });

  test('a pickle with any byte changed is an error or the same kind of value, never a crash', async () => {
    const whole = readFileSync(fixture('tensors-legacy.pth'));
    for (let at = 14; at < 1000; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ 0x55;
      const path = placed('changed.pth', bytes);
      try {
        const file = await openStateFile(path);
        scoped(() => void file.read());
      } catch (error) {
        expect(error, `byte ${at}`).toBeInstanceOf(UserError);
      }
    }
  });
});

describe('safetensors', () => {
  test('is recognized by its content, whatever its name', async () => {
    const path = join(folder, 'weights.pth');
    scoped(() => io.writeSafetensors(path, new Map([['a', tensor([1, 2])]])));
    const file = await openStateFile(path);
    scoped(() => expect(file.read().get('a')!.toNumbers()).toEqual([1, 2]));
  });
});
