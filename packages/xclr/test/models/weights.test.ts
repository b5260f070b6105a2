// Saving and loading weights: exact round trips, and errors that name what does not fit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, scoped, type Tensor, tensor } from '@xclr/torch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEncoder, type Encoder, loadEncoderWeights, saveWeights } from '../../src/models/index.js';
import { UserError } from '../../src/util/errors.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-weights-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = () => createEncoder('resnet18', { width: 0.125 });

const values = (model: Encoder) =>
  new Map([...model.stateDict()].map(([key, value]) => [key, value.toArray()]));

/** Writes the encoder's weights after `change`. */
function writeChanged(name: string, model: Encoder, change: (state: Map<string, Tensor>) => void): string {
  const file = join(folder, name);
  scoped(() => {
    const state = new Map(model.stateDict());
    change(state);
    io.writeSafetensors(file, state);
  });
  return file;
}

async function errorOf(run: () => Promise<unknown>): Promise<UserError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  return expect.fail('expected an error');
}

describe('round trip', () => {
  test.each(['contiguous', 'channels_last'] as const)('bit for bit, saved in %s', async (memoryFormat) => {
    using saved = tiny();
    saved.to({ memoryFormat });
    const file = join(folder, `${memoryFormat}.safetensors`);
    saveWeights(file, saved, { width: '0.125' });
    using loaded = tiny();
    expect(values(loaded)).not.toEqual(values(saved));
    await loadEncoderWeights(loaded, file);
    expect(values(loaded)).toEqual(values(saved));
    scoped(() => expect(io.readSafetensors(file).metadata).toEqual({ format: 'pt', width: '0.125' }));
  });

  test("the classifier's weights are left out for an encoder that has none, and needed by one that has", async () => {
    using classifier = createEncoder('resnet18', { width: 0.125, classes: 4 });
    const file = join(folder, 'classifier.safetensors');
    saveWeights(file, classifier);
    using encoder = tiny();
    await loadEncoderWeights(encoder, file);
    const own = values(classifier);
    own.delete('fc.weight');
    own.delete('fc.bias');
    expect(values(encoder)).toEqual(own);

    const headless = join(folder, 'headless.safetensors');
    saveWeights(headless, encoder);
    expect((await errorOf(() => loadEncoderWeights(classifier, headless))).message).toMatch(
      /missing.*fc\.weight.*fc\.bias/s,
    );
  });
});

describe('what does not fit is named, and nothing is changed', () => {
  test.each([
    {
      name: 'missing',
      change: (state: Map<string, Tensor>) => void state.delete('layer2.0.bn1.running_mean'),
      expected: /1 missing.*layer2\.0\.bn1\.running_mean/s,
    },
    {
      name: 'unexpected',
      change: (state: Map<string, Tensor>) => void state.set('layer9.weight', tensor([1, 2])),
      expected: /1 unexpected.*layer9\.weight/s,
    },
    {
      name: 'size mismatch',
      change: (state: Map<string, Tensor>) => void state.set('bn1.weight', tensor([1, 2, 3])),
      expected: /1 size mismatch.*bn1\.weight: expected float32 \(8\), got float32 \(3\)/s,
    },
    {
      name: 'of another kind of dtype',
      change: (state: Map<string, Tensor>) =>
        void state.set('bn1.weight', tensor([1, 2, 3, 4, 5, 6, 7, 8], { dtype: 'int64' })),
      expected: /1 size mismatch.*bn1\.weight: expected float32 \(8\), got int64 \(8\)/s,
    },
  ])('$name', async ({ name, change, expected }) => {
    using model = tiny();
    const file = writeChanged(`${name}.safetensors`, model, change);
    using other = tiny();
    const before = values(other);
    const error = await errorOf(() => loadEncoderWeights(other, file));
    expect(error.message).toContain(file);
    expect(error.message).toMatch(expected);
    expect(error.remedy).toMatch(/--encoder, --stem, --width/);
    expect(values(other)).toEqual(before);
  });

  test('another depth: both kinds at once, shortened', async () => {
    using deep = createEncoder('resnet50', { width: 0.125 });
    const file = join(folder, 'deep.safetensors');
    saveWeights(file, deep);
    using model = tiny();
    const { message } = await errorOf(() => loadEncoderWeights(model, file));
    expect(message).toMatch(/\d+ unexpected.*layer1\.0\.bn3\.num_batches_tracked/s);
    expect(message).toMatch(/\d+ size mismatch.*layer1\.0\.conv1\.weight/s);
    expect(message).toMatch(/… and \d+ more/);
  });
});

describe('files that are not whole', () => {
  const whole = () => {
    using model = tiny();
    const file = join(folder, 'whole.safetensors');
    saveWeights(file, model);
    return readFileSync(file);
  };

  test.each([
    { name: 'empty', cut: () => 0 },
    { name: 'cut in the header', cut: () => 100 },
    { name: 'cut in the data', cut: (bytes: number) => bytes - 1000 },
    { name: 'one byte short', cut: (bytes: number) => bytes - 1 },
  ])('$name', async ({ name, cut }) => {
    const bytes = whole();
    const file = join(folder, `${name}.safetensors`);
    writeFileSync(file, bytes.subarray(0, cut(bytes.length)));
    using model = tiny();
    const before = values(model);
    const error = await errorOf(() => loadEncoderWeights(model, file));
    expect(error.message).toContain(file);
    expect(error.message).toMatch(/cut short|fewer than|it is empty/);
    expect(error.remedy).toMatch(/whole file|fetch it again/);
    expect(values(model)).toEqual(before);
  });

  test('no such file', async () => {
    using model = tiny();
    expect(
      (await errorOf(() => loadEncoderWeights(model, join(folder, 'nowhere.safetensors')))).message,
    ).toMatch(/ENOENT|no such/);
  });

  test('no safetensors at all', async () => {
    const file = join(folder, 'image.png');
    writeFileSync(file, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    using model = tiny();
    expect((await errorOf(() => loadEncoderWeights(model, file))).message).toContain(file);
  });
});
