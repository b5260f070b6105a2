// The canvas that points are drawn on: by WebGL where a graphics card makes that fast, else pixel by pixel.
import type { Size, View } from './plane.js';
import { pointsByCanvas } from './points-canvas.js';
import { type PointDrawer, type Points, pointsByWebGl } from './points-gl.js';

/** slow-webgl: there is WebGL, computed without a graphics card, and pixel by pixel is faster. */
export type SurfaceKind = 'webgl' | 'no-webgl' | 'slow-webgl';

/** Fewer points are drawn in time by any WebGL. */
const many = 5000;
/** A drawing that takes longer leaves no thirty frames a second, in milliseconds. */
const slow = 20;

export class PointSurface {
  readonly #host: HTMLElement;
  readonly #onKind: (kind: SurfaceKind) => void;
  #canvas!: HTMLCanvasElement;
  #drawer!: PointDrawer;
  #points: Points | null = null;
  /** False while it is not known whether WebGL is fast here. */
  #known: boolean;

  /** @param wanted 'webgl' or 'canvas': whatever is faster. Else WebGL, where it is there and fast. */
  constructor(host: HTMLElement, wanted: string, onKind: (kind: SurfaceKind) => void) {
    this.#host = host;
    this.#onKind = onKind;
    this.#known = wanted === 'webgl';
    const byWebGl = wanted === 'canvas' ? null : pointsByWebGl(this.#place());
    if (byWebGl === null) this.#becomeCanvas(wanted === 'canvas' ? 'slow-webgl' : 'no-webgl');
    else {
      this.#drawer = byWebGl;
      onKind('webgl');
    }
  }

  resize(width: number, height: number): void {
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  load(points: Points): void {
    this.#points = points;
    this.#drawer.load(points);
  }

  /** @param radius of a point, in CSS pixels */
  draw(view: View, size: Size, radius: number): void {
    this.#drawer.draw(view, size, radius);
    if (this.#known || (this.#points?.positions.length ?? 0) < 2 * many) return;
    this.#known = true;
    this.#drawer.finish(); // the first drawing also makes ready
    const began = performance.now();
    this.#drawer.draw(view, size, radius);
    this.#drawer.finish();
    if (performance.now() - began < slow) return;
    this.#becomeCanvas('slow-webgl');
    this.#drawer.draw(view, size, radius);
  }

  dispose(): void {
    this.#drawer.dispose();
    this.#canvas.remove();
  }

  /** A canvas once used by WebGL cannot be used otherwise: each way has its own. */
  #place(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const before = this.#canvas as HTMLCanvasElement | undefined;
    if (before === undefined) this.#host.prepend(canvas);
    else {
      [canvas.width, canvas.height] = [before.width, before.height];
      before.replaceWith(canvas);
    }
    this.#canvas = canvas;
    return canvas;
  }

  #becomeCanvas(kind: SurfaceKind): void {
    const before = this.#drawer as PointDrawer | undefined;
    this.#drawer = pointsByCanvas(this.#place());
    before?.dispose();
    this.#known = true;
    if (this.#points !== null) this.#drawer.load(this.#points);
    this.#onKind(kind);
  }
}
