// Weights to and from the real torchvision, where there is one: same outputs on both sides.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualSeed, noGrad, scoped } from '@xclr/torch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pattern } from '../../../torch/test/goldens/pattern.js';
import { createEncoder, type Encoder, loadEncoderWeights, saveWeights } from '../../src/models/index.js';
import { relativeError } from './goldens.js';

const script = fileURLToPath(new URL('./weights_exchange.py', import.meta.url));
const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import torch, torchvision'], { stdio: 'ignore' }).status === 0,
);

interface Answer {
  output: number[];
  seen: number;
}

const images = () => pattern([2, 3, 64, 64], 7, 'float32'); // (2, 3, 64, 64)

const evaluate = (model: Encoder) => scoped(() => noGrad(() => model.eval().call(images()).toNumbers()));

// Float32 through up to 50 layers, perhaps in two versions of LibTorch.
const TOLERANCE = 1e-4;

describe.skipIf(python === undefined)(
  'with torchvision (skipped where python3 has no torch and torchvision)',
  () => {
    const names = ['resnet50', 'mobilenet_v3_large', 'efficientnet_b0'];
    let folder = '';
    const file = (name: string, whose: 'ours' | 'theirs') => join(folder, `${name}-${whose}.safetensors`);
    const ours = new Map<string, number[]>();
    const readByThem = new Map<string, Answer>();
    const writtenByThem = new Map<string, Answer>();

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'xclr-weights-'));
      for (const name of names) {
        manualSeed(11);
        using model = createEncoder(name, { classes: 10 });
        scoped(() => void noGrad(() => model.train().call(images()))); // statistics that are not the initial ones
        saveWeights(file(name, 'ours'), model);
        ours.set(name, evaluate(model));
      }
      const tasks = names.flatMap((name) => [
        `read:${name}:${file(name, 'ours')}`,
        `write:${name}:${file(name, 'theirs')}`,
      ]);
      const output = execFileSync(python ?? '', [script, ...tasks], { encoding: 'utf8' });
      const answers = JSON.parse(output) as Answer[];
      names.forEach((name, i) => {
        readByThem.set(name, answers[2 * i]!);
        writtenByThem.set(name, answers[2 * i + 1]!);
      });
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(names)('%s: torchvision reads what we write', (name) => {
      const { output, seen } = readByThem.get(name)!;
      expect(seen).toBe(1);
      expect(relativeError(ours.get(name)!, output)).toBeLessThan(TOLERANCE);
    });

    test.each(names)('%s: we read what torchvision writes', async (name) => {
      using model = createEncoder(name, { classes: 10 });
      await loadEncoderWeights(model, file(name, 'theirs'));
      expect(relativeError(evaluate(model), writtenByThem.get(name)!.output)).toBeLessThan(TOLERANCE);
      // An encoder without classifier takes the same file.
      using encoder = createEncoder(name);
      await loadEncoderWeights(encoder, file(name, 'theirs'));
      const [first] = encoder.stateDict().keys();
      expect(encoder.stateDict().get(first!)!.toArray()).toEqual(model.stateDict().get(first!)!.toArray());
    });
  },
);
