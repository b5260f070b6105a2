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

const ask = (action: 'read' | 'write', name: string, file: string): Answer =>
  JSON.parse(execFileSync(python ?? '', [script, action, name, file], { encoding: 'utf8' })) as Answer;

const images = () => pattern([2, 3, 64, 64], 7, 'float32'); // (2, 3, 64, 64)

const evaluate = (model: Encoder) => scoped(() => noGrad(() => model.eval().call(images()).toNumbers()));

// Float32 through up to 50 layers, perhaps in two versions of LibTorch.
const TOLERANCE = 1e-4;
/** Milliseconds: Python alone takes ten seconds to import torchvision on a busy machine. */
const TIMEOUT = 120_000;

describe.skipIf(python === undefined)(
  'with torchvision (skipped where python3 has no torch and torchvision)',
  () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'xclr-weights-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(['resnet50', 'mobilenet_v3_large', 'efficientnet_b0'])(
      '%s: torchvision reads what we write',
      (name) => {
        manualSeed(11);
        using model = createEncoder(name, { classes: 10 });
        scoped(() => void noGrad(() => model.train().call(images()))); // statistics that are not the initial ones
        const file = join(folder, `${name}-ours.safetensors`);
        saveWeights(file, model);
        const { output, seen } = ask('read', name, file);
        expect(seen).toBe(1);
        expect(relativeError(evaluate(model), output)).toBeLessThan(TOLERANCE);
      },
      TIMEOUT,
    );

    test.each(['resnet50', 'mobilenet_v3_large', 'efficientnet_b0'])(
      '%s: we read what torchvision writes',
      async (name) => {
        const file = join(folder, `${name}-theirs.safetensors`);
        const { output } = ask('write', name, file);
        using model = createEncoder(name, { classes: 10 });
        await loadEncoderWeights(model, file);
        expect(relativeError(evaluate(model), output)).toBeLessThan(TOLERANCE);
        // An encoder without classifier takes the same file.
        using encoder = createEncoder(name);
        await loadEncoderWeights(encoder, file);
        const [first] = encoder.stateDict().keys();
        expect(encoder.stateDict().get(first!)!.toArray()).toEqual(model.stateDict().get(first!)!.toArray());
      },
      TIMEOUT,
    );
  },
);
