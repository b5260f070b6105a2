// Images as a preprocessor_config.json says: resize, crop, rescale, normalize, as Hugging Face's image processors do.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { z } from 'zod';
import { inSrgb } from '../../data/decode/color-profile.js';
import { decodeBytes } from '../../data/decode/decode.js';
import type { DecodedImage } from '../../data/decode/decoded.js';
import type { ImageBytes, ValueRange } from '../../data/decode/image-bytes.js';
import type { ImageSize } from '../../data/decode/image-size.js';
import { limitInputPixels } from '../../data/decode/read.js';
import { to8Bits } from '../../data/decode/value-range.js';
import { UserError } from '../../util/errors.js';
import type { PreparedImage } from './prepared-image.js';
import { type Part, type Pixels, type ResizeKernel, resize } from './resize.js';

const side = z.number().int().min(1).max(16384);
const sized = z.object({ height: side, width: side });
const size = z.union([side, z.object({ shortest_edge: side }), sized]);
const three = z.array(z.number()).length(3);

/** The fields that are read; others, such as the processor's name, are left alone. */
const schema = z.object({
  do_resize: z.boolean().default(true),
  size: size.optional(),
  /** Pillow's number: 0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic. */
  resample: z.number().int().min(0).max(3).default(2),
  do_center_crop: z.boolean().optional(),
  crop_size: z.union([side, sized]).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: three.default([0.5, 0.5, 0.5]),
  image_std: three.default([0.5, 0.5, 0.5]),
  /** Not Hugging Face's: values that are black and white in images of more than 8 bits (`--image-range`). */
  image_range: z.tuple([z.number(), z.number()]).optional(),
  /** Not Hugging Face's: what must be said of the encoder (`--notice`). */
  notice: z.string().optional(),
});

type Settings = z.output<typeof schema>;

const kernels = ['nearest', 'lanczos3', 'linear', 'cubic'] as const;

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Pixels that an image is decoded to for each that its shorter side is resized to, at most. */
const detail = 4;

/** What is lost of a long side, in pixels, where it is known by its ratio to the short one. */
const rounding = 1e-4;

interface Resized {
  readonly pixels: Pixels;
  /** Width over height of the original. */
  readonly aspect: number;
}

/** What a center crop shows of a resized image; all of a side that is smaller than the crop. */
function shownPart(resized: Sides, crop: Sides): Part {
  const [width, height] = [Math.min(resized.width, crop.width), Math.min(resized.height, crop.height)];
  const left = Math.floor((resized.width - width) / 2);
  return { left, top: Math.floor((resized.height - height) / 2), width, height };
}

/** RGB, with white where an image is transparent. */
function overWhite({ pixels, channels }: DecodedImage): Uint8Array {
  if (channels === 3) return pixels;
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0, j = 0; i < pixels.length; i += 4, j += 3) {
    const alpha = pixels[i + 3]! / 255;
    for (let c = 0; c < 3; c++) rgb[j + c] = Math.round(alpha * pixels[i + c]! + (1 - alpha) * 255);
  }
  return rgb;
}

function sidesOf(value: number | { height: number; width: number }): Sides {
  return typeof value === 'number' ? { width: value, height: value } : value;
}

/**
 * Transparent images are laid over white, as in training; EXIF orientation is applied. An image smaller than the
 * crop is surrounded by black, as Hugging Face's processors do.
 */
export class Preprocessor {
  readonly width: number;
  readonly height: number;
  /** The settings in one fixed order, for a fingerprint. */
  readonly identity: string;
  readonly #settings: Settings;

  constructor(config: unknown, where: string) {
    const parsed = schema.safeParse(config);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new UserError(
        `${where}: ${issue!.path.join('.') || 'the file'}: ${issue!.message}`,
        'See preprocessor_config.json of any image model on the hub.',
      );
    }
    this.#settings = parsed.data;
    const { do_resize: resizes, size: to, crop_size: crop } = parsed.data;
    const out = this.#crops && crop !== undefined ? crop : to;
    if (out === undefined || (resizes && to === undefined)) {
      throw new UserError(`${where}: expected size, and crop_size where it crops, got neither`);
    }
    if (typeof out === 'object' && 'shortest_edge' in out) {
      throw new UserError(
        `${where}: all images must have one size, but size is shortest_edge and nothing is cropped`,
        'Give size as height and width, or a crop_size.',
      );
    }
    ({ width: this.width, height: this.height } = sidesOf(out));
    this.identity = JSON.stringify(parsed.data);
  }

  static read(path: string): Preprocessor {
    let config: unknown;
    try {
      config = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw new UserError(`${path} cannot be read: ${(error as Error).message}`);
    }
    return new Preprocessor(config, path);
  }

  /** Values that are black and white in images of more than 8 bits, where the model was trained so. */
  get range(): ValueRange | undefined {
    return this.#settings.image_range;
  }

  /** What must be said wherever the encoder's vectors go. */
  get notice(): string | undefined {
    return this.#settings.notice;
  }

  get #crops(): boolean {
    return this.#settings.do_center_crop ?? this.#settings.crop_size !== undefined;
  }

  /**
   * Size after resizing, before the crop; the longer side is cut to a whole number, as Hugging Face does.
   * @param aspect width over height of the original, which may have been reduced since
   */
  #resized(aspect: number, decoded: Sides): Sides {
    const { do_resize: resizes, size: to } = this.#settings;
    if (!resizes || to === undefined) return { width: decoded.width, height: decoded.height };
    if (typeof to === 'object' && 'height' in to) return to;
    // A bare number is the shortest edge where a crop follows, and both sides where none does.
    if (typeof to === 'number' && !this.#crops) return sidesOf(to);
    const edge = typeof to === 'number' ? to : to.shortest_edge;
    const long = Math.floor(edge * Math.max(aspect, 1 / aspect) + rounding);
    return aspect <= 1 ? { width: edge, height: long } : { width: long, height: edge };
  }

  /** To what size an image is decoded: with pixels enough for its resampling to look as from the original. */
  get #source(): ImageSize {
    const { do_resize: resizes, size: to } = this.#settings;
    const edge =
      typeof to === 'object' && 'shortest_edge' in to ? to.shortest_edge : Math.max(this.width, this.height);
    return { shorter: resizes ? detail * edge : Number.MAX_SAFE_INTEGER };
  }

  /** pixels: (3, height, width) float32, normalized. */
  async prepare(image: ImageBytes, limitPixels: number = limitInputPixels): Promise<PreparedImage> {
    const kernel = kernels[this.#settings.resample]!;
    const { pixels, aspect } =
      kernel === 'linear' || kernel === 'cubic'
        ? await this.#resample(image, kernel, limitPixels)
        : await this.#libraryResize(image, kernel, limitPixels);
    const { width, height } = pixels.info;
    if (!this.#crops && (width !== this.width || height !== this.height)) {
      throw new Error(`expected ${this.width}×${this.height} pixels, got ${width}×${height}`);
    }
    return { pixels: this.#planes(pixels.data, pixels.info), aspect };
  }

  /** In one resampling of the image, as Pillow and torchvision do it, and no more of it than the crop shows. */
  async #resample(image: ImageBytes, kernel: ResizeKernel, limitPixels: number): Promise<Resized> {
    const decoded = await decodeBytes(image, this.#source, limitPixels);
    const { width, height, aspect } = decoded;
    const to = this.#resized(aspect, decoded);
    if (to.width * to.height > limitPixels) throw new Error('the image is too long and narrow');
    const part = this.#crops ? shownPart(to, this) : { left: 0, top: 0, ...to };
    const pixels = { data: overWhite(decoded), info: { width, height, channels: 3 } };
    return { pixels: resize(pixels, to, kernel, part), aspect };
  }

  /** Nearest neighbors and Lanczos' filter, as libvips has them. */
  async #libraryResize(
    image: ImageBytes,
    kernel: 'nearest' | 'lanczos3',
    limitPixels: number,
  ): Promise<Resized> {
    const { bytes, raw } = await to8Bits(image, limitPixels);
    const options = { failOn: 'error', limitInputPixels: limitPixels, autoOrient: true } as const;
    const opened = sharp(bytes, { ...options, ...(raw && { raw }) });
    const found = raw === undefined ? await opened.metadata() : undefined;
    const seen: Sides = raw ?? found!.autoOrient;
    const { width, height } = this.#resized(seen.width / seen.height, seen);
    if (width * height > limitPixels) throw new Error('the image is too long and narrow');
    const resized = opened
      .resize(width, height, { fit: 'fill', kernel, fastShrinkOnLoad: false })
      .flatten({ background: '#ffffff' });
    const pixels = await inSrgb(resized, found)
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels, aspect: seen.width / seen.height };
  }

  /** Center crop, rescaling and normalizing in one pass: interleaved bytes of 1 or 3 channels → planes. */
  #planes(data: Uint8Array, { width, height, channels }: Sides & { channels: number }): Float32Array {
    const { do_rescale, rescale_factor, do_normalize, image_mean, image_std } = this.#settings;
    const left = Math.floor((width - this.width) / 2);
    const top = Math.floor((height - this.height) / 2);
    const area = this.width * this.height;
    const planes = new Float32Array(3 * area);
    for (let c = 0; c < 3; c++) {
      const factor = (do_rescale ? rescale_factor : 1) / (do_normalize ? image_std[c]! : 1);
      const shift = do_normalize ? image_mean[c]! / image_std[c]! : 0;
      const from = channels === 1 ? 0 : c;
      for (let y = 0, at = c * area; y < this.height; y++) {
        const row = y + top;
        for (let x = 0; x < this.width; x++, at++) {
          const column = x + left;
          const inside = row >= 0 && row < height && column >= 0 && column < width;
          planes[at] = (inside ? data[(row * width + column) * channels + from]! : 0) * factor - shift;
        }
      }
    }
    return planes;
  }
}
