// Points without a graphics card: each is put into an array of pixels, a hundred thousand of them in some milliseconds.

import type { View } from './plane.js';
import type { PointDrawer, Points } from './points-gl.js';

/** A pixel that a point covers, as seen from its middle; `cover` of 255 is all of it. */
interface Covered {
  readonly dx: number;
  readonly dy: number;
  readonly cover: number;
}

/** The pixels of a disc, with soft edges. @param radius in pixels */
function disc(radius: number): Covered[] {
  const reach = Math.ceil(radius + 0.5);
  const pixels: Covered[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const cover = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy))));
      if (cover > 8) pixels.push({ dx, dy, cover });
    }
  }
  return pixels;
}

export function pointsByCanvas(canvas: HTMLCanvasElement): PointDrawer {
  const context = canvas.getContext('2d');
  let points: Points = { positions: new Float32Array(), colors: new Uint8Array() };
  let image: ImageData | null = null;
  let stamp = { radius: -1, pixels: [] as Covered[] };
  return {
    load(next) {
      points = next;
    },
    draw(view, size, radius) {
      const { width, height } = canvas;
      if (context === null || width === 0 || height === 0) return;
      if (image?.width !== width || image.height !== height) image = context.createImageData(width, height);
      else image.data.fill(0);
      const ratio = width / Math.max(1, size.width);
      if (stamp.radius !== radius * ratio) stamp = { radius: radius * ratio, pixels: disc(radius * ratio) };
      stampAll(image, points, { ...view, scale: view.scale * ratio }, stamp.pixels);
      context.putImageData(image, 0, 0);
    },
    finish() {},
    dispose() {},
  };
}

/** @param view its scale in pixels of the image */
function stampAll(image: ImageData, { positions, colors }: Points, view: View, pixels: readonly Covered[]) {
  const { width, height } = image;
  const rgba = image.data;
  const [left, top] = [width / 2 - view.x * view.scale, height / 2 + view.y * view.scale];
  const reach = pixels.reduce((most, { dx }) => Math.max(most, dx), 0);
  const places = Int32Array.from(pixels, ({ dx, dy }) => 4 * (dy * width + dx));
  const covers = Uint8Array.from(pixels, ({ cover }) => cover);
  for (let i = 0; 2 * i + 1 < positions.length; i++) {
    const x = Math.round(left + positions[2 * i]! * view.scale - 0.5);
    const y = Math.round(top - positions[2 * i + 1]! * view.scale - 0.5);
    // Also those of which only a part would be seen are left out: no pixel may fall onto another row.
    if (!(x >= reach && y >= reach && x < width - reach && y < height - reach)) continue;
    const [r, g, b, a] = [colors[4 * i]!, colors[4 * i + 1]!, colors[4 * i + 2]!, colors[4 * i + 3]!];
    const middle = 4 * (y * width + x);
    for (let p = 0; p < places.length; p++) {
      const at = middle + places[p]!;
      const opacity = (covers[p]! * a) / 255;
      const below = rgba[at + 3]!;
      if (below === 0) {
        rgba[at] = r;
        rgba[at + 1] = g;
        rgba[at + 2] = b;
        rgba[at + 3] = opacity;
        continue;
      }
      // One over the other, of colors that are not multiplied by their opacity.
      const rest = (below * (255 - opacity)) / 255;
      const sum = opacity + rest;
      rgba[at] = (r * opacity + rgba[at]! * rest) / sum;
      rgba[at + 1] = (g * opacity + rgba[at + 1]! * rest) / sum;
      rgba[at + 2] = (b * opacity + rgba[at + 2]! * rest) / sum;
      rgba[at + 3] = sum;
    }
  }
}
