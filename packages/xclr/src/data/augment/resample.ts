// Pixels to views: crop, scale, mirror and composite as two batched matrix products.

import { type Device, scoped, type Tensor, tensor, type ViewEdges } from '@xclr/torch';
import type { Box } from './boxes.js';
import { type Background, backgroundCells } from './parameters.js';
import { fillResampling, fillStretch } from './weights.js';

/** Weights along one axis: (b, views, out, source), times `factor`. */
function axisWeights(
  boxes: readonly Box[],
  axis: 'x' | 'y',
  {
    b,
    factor = 1,
    ...options
  }: { b: number; factor?: number; out: number; source: number; edges: ViewEdges },
): Float32Array {
  const { out, source } = options;
  const views = boxes.length / b;
  const weights = new Float32Array(boxes.length * out * source);
  boxes.forEach((box, at) => {
    const place = (at % b) * views + Math.floor(at / b); // boxes are view-major
    const matrix = weights.subarray(place * out * source, (place + 1) * out * source);
    const start = (axis === 'x' ? box.x : box.y) * source;
    const length = (axis === 'x' ? box.width : box.height) * source;
    fillResampling(matrix, { start, length, flip: axis === 'x' && box.flip }, options);
  });
  return factor === 1 ? weights : weights.map((weight) => weight * factor);
}

/**
 * Resamples each image once for each of its views. Colors are multiplied by alpha before and stay so, as they must
 * for transparent pixels not to bleed. Channels lie between y and x, so that both products run without a copy between.
 * @param pixels (b, h, w, 3 or 4) uint8 RGB or RGBA
 * @param boxes views·b boxes, view-major: all first views, then all second views
 * @returns (views, b, 3 or 4, out, out) float32 in 0 … 1, colors premultiplied by alpha; not contiguous
 */
export function resample(
  pixels: Tensor,
  boxes: readonly Box[],
  { out, edges, device }: { out: number; edges: ViewEdges; device: Device },
): Tensor {
  const [b, height, width, channels] = pixels.shape as [number, number, number, number];
  const views = boxes.length / b;
  const options = { b, out, edges };
  return scoped(() => {
    const rgba = pixels.permute([0, 1, 3, 2]).contiguous().to({ dtype: 'float32' }); // (b, y, 3 or 4, x) in 0 … 255
    if (channels === 4) rgba.narrow(2, 0, 3).mul_(rgba.narrow(2, 3, 1).mul(1 / 255));
    const rows = tensor(axisWeights(boxes, 'y', { ...options, source: height, factor: 1 / 255 }), {
      shape: [b, views * out, height],
      device,
    });
    const columns = tensor(axisWeights(boxes, 'x', { ...options, source: width }), {
      shape: [b * views, out, width],
      device,
    });
    return rows
      .bmm(rgba.reshape([b, height, channels * width])) // (b, views·out, channels·x)
      .reshape([b * views, out * channels, width])
      .bmm(columns.transpose(1, 2)) // (b·views, out·channels, out)
      .reshape([b, views, out, channels, out])
      .permute([1, 0, 3, 2, 4]); // (views, b, channels, out, out)
  });
}

/** Backgrounds as (n, 3, out, out) float32 in 0 … 1: coarse grids of colors, stretched linearly. */
export function drawnBackgrounds(backgrounds: readonly Background[], out: number, device: Device): Tensor {
  const n = backgrounds.length;
  const side = backgroundCells;
  const stretch = new Float32Array(n * out * side);
  const grids = new Float32Array(n * side * 3 * side); // (n, y, color, x)
  const stretches = new Map<number, Float32Array>();
  backgrounds.forEach(({ cells, colors }, i) => {
    let one = stretches.get(cells);
    if (one === undefined) {
      one = new Float32Array(out * side);
      fillStretch(one, out, side, cells);
      stretches.set(cells, one);
    }
    stretch.set(one, i * out * side);
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        for (let c = 0; c < 3; c++)
          grids[((i * side + y) * 3 + c) * side + x] = colors[(y * cells + x) * 3 + c]!;
      }
    }
  });
  const along = tensor(stretch, { shape: [n, out, side], device });
  return along
    .bmm(tensor(grids, { shape: [n, side, 3 * side], device })) // (n, out, 3·side)
    .reshape([n, out, 3, side])
    .permute([0, 2, 1, 3])
    .reshape([n, 3 * out, side])
    .bmm(along.transpose(1, 2)) // (n, 3·out, out)
    .reshape([n, 3, out, out]);
}

/**
 * Lays premultiplied images over backgrounds: color + (1 − alpha) · background.
 * @param layers (views, b, 3 or 4, out, out); without alpha nothing of the background shows
 * @param backgrounds (views·b, 3, out, out), overwritten, or null for white
 * @returns (views·b, 3, out, out) contiguous
 */
export function composite(layers: Tensor, backgrounds: Tensor | null): Tensor {
  const [views, b, channels, , out] = layers.shape as [number, number, number, number, number];
  return scoped(() => {
    const color = layers.narrow(2, 0, 3);
    if (channels === 3) return color.contiguous().view([views * b, 3, out, out]);
    const clear = layers.narrow(2, 3, 1).rsub(1).clamp_({ min: 0 }); // (views, b, 1, out, out)
    const canvas =
      backgrounds === null
        ? color.contiguous().add_(clear)
        : backgrounds.view([views, b, 3, out, out]).mul_(clear).add_(color);
    return canvas.view([views * b, 3, out, out]);
  });
}
