// Encoders with statistics of their own, as ONNX: how near float32, float16 and int8 are to LibTorch.
import { manualSeed, type nn, noGrad, randn, scoped } from '@xclr/torch';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { agreement, referenceRows } from '../../src/deploy/export/compare-outputs.js';
import {
  calibrate,
  foldBatchNorm,
  type Graph,
  modelBytes,
  quantize,
  recordNetwork,
  toFloat16,
  valuesToQuantize,
} from '../../src/deploy/onnx/index.js';
import { createEncoder, type Encoder, type ResNetOptions } from '../../src/models/index.js';

export const side = 64;
export const info = { producer: 'xclr', version: '1' };

/** Statistics that are not the initial ones. */
export function encoderOf(name: string, options: ResNetOptions = {}): Encoder {
  manualSeed(3);
  const encoder = createEncoder(name, options);
  scoped(() =>
    noGrad(() => {
      for (let i = 0; i < 4; i++) encoder.call(randn([8, 3, side, side]));
    }),
  );
  return encoder.eval();
}

export function batchOf(n: number) {
  const pixels = new Float32Array(n * 3 * side * side);
  scoped(() => randn([n, 3, side, side]).copyTo(pixels));
  return { pixels, dims: [n, 3, side, side] as const };
}

export async function rowsOf(
  graph: Graph,
  { pixels, dims }: ReturnType<typeof batchOf>,
): Promise<Float32Array> {
  const session = await InferenceSession.create(Buffer.concat(modelBytes(graph, info)), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  const { image_embeds } = await session.run({ pixel_values: new OrtTensor('float32', pixels, dims) });
  await session.release();
  return image_embeds!.data as Float32Array;
}

export const record = (network: nn.Module) =>
  recordNetwork(network, { name: 'net', height: side, width: side });

/** Float32 within 1e-4 of LibTorch, float16 within 1e-2, int8 too; in any batch. */
export async function expectAgreement(name: string, options?: ResNetOptions): Promise<void> {
  using encoder = encoderOf(name, options);
  const graph = foldBatchNorm(record(encoder));
  expect(graph.nodes.some(({ op }) => op === 'BatchNormalization')).toBe(false);
  for (const batch of [batchOf(3), batchOf(1)]) {
    const expected = referenceRows(encoder, [batch]);
    const d = encoder.features;
    expect(agreement(await rowsOf(graph, batch), expected, d).relative).toBeLessThan(1e-4);
    expect(agreement(await rowsOf(toFloat16(graph), batch), expected, d).relative).toBeLessThan(1e-2);
    const ranges = await calibrate(graph, valuesToQuantize(graph), [batch]);
    // Of random weights; trained ones keep more (export.test.ts).
    expect(agreement(await rowsOf(quantize(graph, ranges), batch), expected, d).cosine).toBeGreaterThan(0.97);
  }
}
