// From an image's pixels to an encoder's input, as the preprocessor file says; the same arithmetic in Node and browser.

/** 8-bit pixels with alpha, rows from top to bottom, as a canvas gives them. */
export interface Rgba {
  /** (h · w · 4) */
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What a Hugging Face preprocessor_config.json says, as far as it matters here. */
export interface PreprocessorConfig {
  readonly do_resize?: boolean;
  readonly size?:
    | { readonly shortest_edge?: number; readonly height?: number; readonly width?: number }
    | number;
  readonly do_center_crop?: boolean;
  readonly crop_size?: { readonly height: number; readonly width: number } | number;
  readonly do_rescale?: boolean;
  readonly rescale_factor?: number;
  readonly do_normalize?: boolean;
  readonly image_mean?: readonly number[];
  readonly image_std?: readonly number[];
}

/** Where an image is cut and how large it becomes. */
export interface Plan {
  /** The part that is kept, in source pixels; may be fractional. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly width: number;
  readonly height: number;
}

const asPair = (value: { height?: number; width?: number } | number): { height: number; width: number } =>
  typeof value === 'number'
    ? { height: value, width: value }
    : { height: value.height ?? 224, width: value.width ?? 224 };

/** Resizing and center crop as one cut of the source: the same pixels as resizing first and cropping then. @internal */
export function planOf(source: { width: number; height: number }, config: PreprocessorConfig): Plan {
  const { width, height } = source;
  const size = config.size ?? 224;
  const resized =
    config.do_resize === false
      ? { width, height }
      : typeof size === 'object' && size.shortest_edge !== undefined
        ? shortest(source, size.shortest_edge)
        : asPair(size);
  const cropped = config.do_center_crop === true && config.crop_size !== undefined;
  const out = cropped ? asPair(config.crop_size) : resized;
  const [scaleX, scaleY] = [width / resized.width, height / resized.height]; // source pixels a resized pixel
  const cut = { width: out.width * scaleX, height: out.height * scaleY };
  return { crop: { x: (width - cut.width) / 2, y: (height - cut.height) / 2, ...cut }, ...out };
}

function shortest({ width, height }: { width: number; height: number }, edge: number) {
  const scale = edge / Math.min(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Weights of the source pixels in one pixel of the result. */
interface Taps {
  readonly first: number;
  readonly weights: Float32Array;
}

/**
 * A triangle that widens when it shrinks (antialiased bilinear, as torchvision and Pillow do it). Outside the image there
 * is nothing: weights of pixels that do not exist go to those that do.
 */
function taps(from: number, length: number, out: number, available: number): Taps[] {
  const scale = length / out;
  const support = Math.max(1, scale);
  return Array.from({ length: out }, (_, i) => {
    const center = from + (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - support));
    const last = Math.min(available - 1, Math.ceil(center + support) - 1);
    const weights = new Float32Array(Math.max(1, last - first + 1));
    let sum = 0;
    for (let at = first; at <= last; at++) {
      const weight = Math.max(0, 1 - Math.abs(at + 0.5 - center) / support);
      weights[at - first] = weight;
      sum += weight;
    }
    if (sum === 0) return { first: Math.min(Math.max(0, first), available - 1), weights: Float32Array.of(1) };
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** (3, h, w) float32, ready for the encoder. Transparent parts are shown on white. */
export function preprocess(source: Rgba, config: PreprocessorConfig): { values: Float32Array; plan: Plan } {
  const plan = planOf(source, config);
  const { crop, width, height } = plan;
  const across = taps(crop.x, crop.width, width, source.width);
  const down = taps(crop.y, crop.height, height, source.height);
  const rescale = config.do_rescale === false ? 1 : (config.rescale_factor ?? 1 / 255);
  const normalized = config.do_normalize !== false;
  const values = new Float32Array(3 * height * width);
  const row = new Float32Array(source.height * width); // one channel, cut and resized across
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < source.height; y++) {
      for (let x = 0; x < width; x++) {
        const { first, weights } = across[x]!;
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          const at = 4 * (y * source.width + first + k);
          const alpha = source.data[at + 3]! / 255;
          sum += weights[k]! * (alpha * source.data[at + channel]! + (1 - alpha) * 255);
        }
        row[y * width + x] = sum;
      }
    }
    const mean = normalized ? (config.image_mean?.[channel] ?? 0) : 0;
    const std = normalized ? (config.image_std?.[channel] ?? 1) : 1;
    for (let y = 0; y < height; y++) {
      const { first, weights } = down[y]!;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * row[(first + k) * width + x]!;
        values[(channel * height + y) * width + x] = (Math.round(sum) * rescale - mean) / std; // 8 bits, as decoders give
      }
    }
  }
  return { values, plan };
}
