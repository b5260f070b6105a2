// Networks as ONNX: encoders in float32, float16 and int8 against LibTorch, and the file against onnx-proto.
import { nn, scoped, type Tensor, tensor } from '@xclr/torch';
import { onnx } from 'onnx-proto';
import { expect, it, test } from 'vitest';
import { agreement, referenceRows } from '../../src/deploy/export/compare-outputs.js';
import {
  calibrate,
  foldBatchNorm,
  modelBytes,
  quantize,
  valuesToQuantize,
} from '../../src/deploy/onnx/index.js';
import { encoderNames, Projector } from '../../src/models/index.js';
import { batchOf, encoderOf, expectAgreement, info, record, rowsOf, side } from './onnx-encoders.js';

/** At a quarter of its width a network has the same layers and takes a fraction of the time; see onnx-graph.slow.test.ts. */
const narrowed = (name: string) => name.startsWith('resnet') && name !== 'resnet10';
const tooWide = ['vit_small_patch16_224', 'vit_base_patch16_224'];

test.each(encoderNames.filter((name) => !tooWide.includes(name)))(
  '%s: float32 within 1e-4 of LibTorch, float16 within 1e-2, int8 too; any batch',
  (name) => expectAgreement(name, narrowed(name) ? { width: 0.25 } : {}),
);

it('records the small stem, other widths, and encoder and projector together', async () => {
  const batch = batchOf(2);
  for (const [name, options] of [
    ['resnet18', { stem: 'small', width: 0.25 }],
    ['mobilenet_v3_small', { stem: 'small', width: 0.5 }],
    ['resnet50d', { stem: 'small', width: 0.25 }],
    ['vit_small_patch16_224', { stem: 'small', width: 0.5 }],
  ] as const) {
    using encoder = encoderOf(name, options);
    using projector = new Projector(encoder.features, { output: 24, layers: 3 });
    const both = new nn.Sequential(encoder, projector).eval();
    const rows = await rowsOf(foldBatchNorm(record(both)), batch);
    expect(rows).toHaveLength(2 * 24);
    expect(agreement(rows, referenceRows(both, [batch]), 24).relative).toBeLessThan(1e-4);
  }
});

it('gives unit rows, and zeros where the features are zero', async () => {
  using layer = new nn.Conv2d(3, 4, 1, { bias: false });
  class Pooled extends nn.Module {
    readonly layer = layer;
    forward(x: Tensor): Tensor {
      return this.layer.call(x).adaptiveAvgPool2d(1).flatten({ startDim: 1 });
    }
  }
  const graph = record(new Pooled());
  const { pixels, dims } = batchOf(2);
  pixels.fill(0, pixels.length / 2);
  const rows = await rowsOf(graph, { pixels, dims });
  expect(Math.hypot(...rows.subarray(0, 4))).toBeCloseTo(1, 6);
  expect([...rows.subarray(4)]).toEqual([0, 0, 0, 0]);
});

it('is a file that onnx-proto reads: names, shapes, opset, weights', () => {
  using encoder = encoderOf('resnet18', { width: 0.125 });
  const model = onnx.ModelProto.decode(Buffer.concat(modelBytes(foldBatchNorm(record(encoder)), info)));
  expect(model.producerName).toBe('xclr');
  expect(model.opsetImport.map(({ version }) => Number(version))).toEqual([17]);
  const { input, output, initializer, node } = model.graph!;
  const dims = input![0]!.type!.tensorType!.shape!.dim!.map((dim) => dim.dimParam || Number(dim.dimValue));
  expect([input![0]!.name, dims]).toEqual(['pixel_values', ['batch', 3, side, side]]);
  expect(output!.map(({ name }) => name)).toEqual(['image_embeds']);
  const weight = initializer!.find(({ name }) => name === 'layer4.1.conv2.weight')!;
  expect(weight.dims!.map(Number)).toEqual([64, 64, 3, 3]);
  expect(weight.rawData).toHaveLength(4 * 64 * 64 * 9);
  expect(node!.filter(({ opType }) => opType === 'Conv')).toHaveLength(20);
});

it('rounds weights a channel at a time, in seven bits, and biases in the scale of their products', () => {
  using encoder = encoderOf('resnet18', { width: 0.125 });
  const graph = foldBatchNorm(record(encoder));
  const ranges = new Map(valuesToQuantize(graph).map((name) => [name, { low: -1, high: 3 }]));
  const { constants } = quantize(graph, ranges);
  const before = graph.constants.get('conv1.weight')!.data as Float32Array;
  const after = constants.get('conv1.weight_int8')!.data as Int8Array;
  const scales = constants.get('conv1.weight_scale')!.data as Float32Array;
  const each = before.length / scales.length;
  before.forEach((value, i) => {
    const scale = scales[Math.floor(i / each)]!;
    expect(Math.abs(after[i]! * scale - value)).toBeLessThanOrEqual(scale / 2 + 1e-7);
  });
  expect(Math.max(...after.map(Math.abs))).toBe(63);
  const biasScales = constants.get('conv1.bias_scale')!.data as Float32Array;
  biasScales.forEach((scale, o) => {
    expect(scale / (scales[o]! * (4 / 255))).toBeCloseTo(1, 5);
  });
});

it('takes outliers off a range where that costs less than they do', async () => {
  using relu = new nn.ReLU();
  class Shifted extends nn.Module {
    readonly layer = relu;
    forward(x: Tensor): Tensor {
      return this.layer.call(x).adaptiveAvgPool2d(1).flatten({ startDim: 1 });
    }
  }
  const graph = record(new Shifted());
  const batch = batchOf(4); // normal: four deviations are rare, one value of a hundred is an outlier
  batch.pixels[0] = 100;
  const [range] = [...(await calibrate(graph, ['pixel_values'], [batch])).values()];
  expect(range!.high).toBeLessThan(100);
  expect(range!.high).toBeGreaterThan(10);
});

it('names a layer or an operator that it does not know', () => {
  class Odd extends nn.Module {
    forward(x: Tensor): Tensor {
      return x.exp();
    }
  }
  expect(() => record(new Odd())).toThrow(/the operator exp/);
  class Embedded extends nn.Module {
    readonly layer = new nn.Tanh();
    forward(x: Tensor): Tensor {
      return this.layer.call(x);
    }
  }
  expect(() => record(new Embedded())).toThrow(/the layer Tanh/);
});

it('leaves LibTorch as it was: layers compute again after a recording', () => {
  using encoder = encoderOf('resnet18', { width: 0.125 });
  record(encoder);
  scoped(() =>
    expect(encoder.call(tensor(new Float32Array(3 * 32 * 32), { shape: [1, 3, 32, 32] })).shape).toEqual([
      1, 64,
    ]),
  );
});
