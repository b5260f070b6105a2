// Points on a plain canvas, where there is no WebGL: squares, and of very many only as many as a moment draws.

import { toScreen } from './plane.js';
import type { PointDrawer, Points } from './points-gl.js';

/** Points drawn at a time; the others are passed over evenly. */
const most = 40_000;

export function pointsByCanvas(canvas: HTMLCanvasElement): PointDrawer {
  const context = canvas.getContext('2d');
  let points: Points = { positions: new Float32Array(), colors: new Uint8Array() };
  return {
    kind: 'canvas',
    load(next) {
      points = next;
    },
    draw(view, size, radius) {
      if (context === null) return;
      const ratio = canvas.width / Math.max(1, size.width);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      const { positions, colors } = points;
      const count = positions.length / 2;
      const stride = Math.max(1, Math.ceil(count / most));
      for (let i = 0; i < count; i += stride) {
        const [x, y] = toScreen(view, size, positions[2 * i]!, positions[2 * i + 1]!);
        if (x < -radius || y < -radius || x > size.width + radius || y > size.height + radius) continue;
        const [r, g, b, a] = colors.subarray(4 * i, 4 * i + 4);
        context.fillStyle = `rgb(${r} ${g} ${b} / ${(a ?? 255) / 255})`;
        context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      }
    },
    dispose() {},
  };
}
