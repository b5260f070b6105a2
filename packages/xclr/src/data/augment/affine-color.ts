// Color jitter as one linear map of each image's colors: the fast way.

import { type Tensor, tensor } from '@xclr/torch';
import type { ColorChange } from './parameters.js';

type Matrix = readonly (readonly number[])[];

/** RGB to luma and the two color axes of NTSC's YIQ, and back (the inverse, worked out once). */
const toYiq: Matrix = [
  [0.299, 0.587, 0.114],
  [0.596, -0.274, -0.322],
  [0.211, -0.523, 0.312],
];

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: readonly [number[], number[], number[]]): Matrix {
  const cofactors = [
    [e! * i! - f! * h!, c! * h! - b! * i!, b! * f! - c! * e!],
    [f! * g! - d! * i!, a! * i! - c! * g!, c! * d! - a! * f!],
    [d! * h! - e! * g!, b! * g! - a! * h!, a! * e! - b! * d!],
  ];
  const determinant = a! * cofactors[0]![0]! + b! * cofactors[1]![0]! + c! * cofactors[2]![0]!;
  return cofactors.map((row) => row.map((value) => value / determinant));
}

const fromYiq = inverse(toYiq as unknown as [number[], number[], number[]]);

/** The 3×3 map of one image's colors: hue turned and saturation scaled in YIQ, then brightness and contrast. */
export function colorMatrix({ brightness, contrast, saturation, hue }: ColorChange, gray: boolean): Matrix {
  const chroma = gray ? 0 : saturation;
  const cosine = Math.cos(2 * Math.PI * hue) * chroma;
  const sine = Math.sin(2 * Math.PI * hue) * chroma;
  const turn = [
    [1, 0, 0],
    [0, cosine, -sine],
    [0, sine, cosine],
  ];
  return product(fromYiq, product(turn, toYiq)).map((row) =>
    row.map((value) => value * brightness * contrast),
  );
}

/**
 * Brightness, contrast, saturation, hue and graying of (n, 3, h, w) in one batched product, clipped to 0 … 1 at the
 * end. Contrast pivots on the image's mean luma after brightness, as torchvision's does.
 */
export function jitterAffine(x: Tensor, changes: readonly ColorChange[], gray: readonly boolean[]): Tensor {
  const [n, , h, w] = x.shape as [number, number, number, number];
  const { device } = x;
  const matrices = Float32Array.from(changes.flatMap((change, i) => colorMatrix(change, gray[i]!).flat()));
  // The fraction of the mean luma that is added to every channel: (1 − contrast) · brightness.
  const pivots = Float32Array.from(changes, ({ brightness, contrast }) => (1 - contrast) * brightness);
  const flat = x.reshape([n, 3, h * w]);
  const lumaRow = tensor(toYiq[0]!, { shape: [1, 3, 1], device });
  const offset = flat
    .mean(2, { keepdim: true }) // (n, 3, 1) mean color
    .mul_(lumaRow)
    .sum(1, { keepdim: true }) // (n, 1, 1) mean luma
    .mul_(tensor(pivots, { shape: [n, 1, 1], device }));
  return tensor(matrices, { shape: [n, 3, 3], device })
    .bmm(flat) // (n, 3, h·w)
    .add_(offset)
    .clamp_({ min: 0, max: 1 })
    .reshape([n, 3, h, w]);
}
