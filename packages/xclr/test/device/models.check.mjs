// Encoders, forward and backward, on the device beside the CPU, in float32 and in the half precisions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocast, keep, manualSeed, scoped } from '@xclr/torch';
import { createEncoder } from '../../dist/models/index.js';
import { device, near, normal, onGpu } from './support.mjs';

/**
 * float32 through some fifty layers of batch normalization, whose gradients cancel. Half precision rounds every product to 8 or 11
 * bits; through a ResNet-50 without training, features keep about half of their digits' worth of direction and gradients of noise
 * none, on a CPU as on a GPU, so that there the features alone are compared, and gradients need to be finite.
 */
const cases = [
  { encoder: 'resnet18', options: { width: 0.25 }, float32: 1e-3, half: 0.15 },
  { encoder: 'resnet50', options: { width: 0.25 }, float32: 5e-3, half: 0.8 },
  { encoder: 'mobilenet_v3_small', options: { width: 0.5 }, float32: 5e-3, half: 0.3 },
  { encoder: 'vit_tiny_patch16_224', options: { stem: 'small' }, float32: 1e-3, half: 0.05 },
];

/** Features, and the gradients of the first and of the last weights. */
function trained(encoder, options, place, dtype) {
  return scoped(() => {
    manualSeed(7);
    const model = createEncoder(encoder, options);
    model.to({ device: place, memoryFormat: 'channels_last' });
    const views = normal([16, 3, 32, 32], 1).to({ device: place, memoryFormat: 'channels_last' });
    const forward = () => model.call(views);
    const out = dtype === 'float32' ? forward() : autocast(place, dtype, forward);
    const wide = out.to({ dtype: 'float32' });
    wide
      .mul(normal([...out.shape], 2).to({ device: place }))
      .sum()
      .backward();
    const parameters = [...model.namedParameters()].filter(([, one]) => one.ndim > 1);
    const [first, last] = [parameters[0][1], parameters.at(-1)[1]];
    return [wide, first.grad, last.grad].map((one) =>
      keep(one.detach().to({ dtype: 'float32', device: 'cpu', copy: true })),
    );
  });
}

for (const { encoder, options, float32, half } of cases) {
  test(encoder, () => {
    const expected = trained(encoder, options, 'cpu', 'float32');
    const precisions = onGpu ? ['float32', 'bfloat16', 'float16'] : ['float32'];
    for (const dtype of precisions) {
      const got = trained(encoder, options, device, dtype);
      const exact = dtype === 'float32';
      ['features', 'gradient of the first weight', 'gradient of the last weight'].forEach((what, i) => {
        if (exact || i === 0)
          near(`${encoder}, ${dtype}, ${what}`, got[i], expected[i], { relative: exact ? float32 : half });
        else assert.equal(got[i].isfinite().all().item(), 1, `${encoder}, ${dtype}, ${what} is finite`);
      });
      for (const one of got) one.dispose();
    }
    for (const one of expected) one.dispose();
  });
}
