// The circle of the explorable: images (dots) and captions (squares) on it, and what the loss does to one of the images.
import { drawn } from './dom.js';
import type { Places } from './model.js';

export interface CircleEvents {
  /** A point was turned to this angle, in radians. */
  turn(kind: keyof Places, i: number, angle: number): void;
  /** An image is looked at. */
  look(i: number): void;
}

export interface Drawing {
  readonly places: Places;
  readonly names: readonly string[];
  readonly anchor: number;
  /** Target minus prediction for each image, or caption: above 0 it is pulled, below 0 pushed. */
  readonly forces: readonly number[];
  readonly captionsToo: boolean;
}

const [width, height, radius] = [480, 380, 120];
const [cx, cy] = [width / 2, height / 2];
/** Radians for a press of an arrow key. */
const turn = Math.PI / 36;

interface Point {
  readonly group: SVGGElement;
  readonly label: SVGTextElement;
}

const at = (angle: number, r = radius) => ({ x: cx + r * Math.cos(angle), y: cy - r * Math.sin(angle) });
const degrees = (angle: number) => Math.round((((angle * 180) / Math.PI) % 360) + 360) % 360;

export class Circle {
  readonly svg: SVGSVGElement;
  readonly #lines: SVGGElement;
  readonly #points: Readonly<Record<keyof Places, readonly Point[]>>;

  constructor(n: number, events: CircleEvents) {
    this.#lines = drawn('g', {});
    this.svg = drawn('svg', {
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': 'The images of the batch on a circle',
    });
    this.svg.append(
      drawn('circle', { class: 'xp-rim', cx: `${cx}`, cy: `${cy}`, r: `${radius}` }),
      this.#lines,
    );
    const make = (kind: keyof Places) => Array.from({ length: n }, (_, i) => this.#point(kind, i, events));
    this.#points = { captions: make('captions'), images: make('images') };
  }

  #point(kind: keyof Places, i: number, events: CircleEvents): Point {
    const label = drawn('text', {});
    const dot =
      kind === 'images'
        ? drawn('circle', { class: 'xp-dot', r: '10' })
        : drawn('rect', { class: 'xp-dot', x: '-8', y: '-8', width: '16', height: '16' });
    const group = drawn(
      'g',
      { class: 'xp-point', tabindex: '0', role: 'slider', 'aria-valuemin': '0', 'aria-valuemax': '359' },
      drawn('circle', { class: 'xp-ring', r: '15' }),
      dot,
      label,
    );
    let angle = () => 0;
    group.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: turn, ArrowUp: turn, ArrowRight: -turn, ArrowDown: -turn }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      events.turn(kind, i, angle() + by);
    });
    angle = () => (Number(group.getAttribute('data-angle')) || 0) as number;
    group.addEventListener('focus', () => events.look(i));
    group.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      group.setPointerCapture(event.pointerId);
      group.focus();
      events.look(i);
    });
    group.addEventListener('pointermove', (event) => {
      if (!group.hasPointerCapture(event.pointerId)) return;
      const box = this.svg.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
      events.turn(kind, i, Math.atan2(-y, x));
    });
    this.svg.append(group);
    return { group, label };
  }

  draw({ places, names, anchor, forces, captionsToo }: Drawing): void {
    this.#place('images', places.images, names, anchor, 20);
    this.#place('captions', places.captions, names, anchor, -14);
    for (const { group } of this.#points.captions)
      group.setAttribute('visibility', captionsToo ? 'visible' : 'hidden');
    const from = at(places.images[anchor]!);
    const lines = forces.flatMap((force, j) => {
      if (Math.abs(force) < 0.005 || (!captionsToo && j === anchor)) return [];
      const to = at((captionsToo ? places.captions : places.images)[j]!);
      return [
        drawn('line', {
          class: force > 0 ? 'xp-pull' : 'xp-push',
          x1: from.x.toFixed(1),
          y1: from.y.toFixed(1),
          x2: to.x.toFixed(1),
          y2: to.y.toFixed(1),
          'stroke-width': (1.5 + 14 * Math.abs(force)).toFixed(1),
        }),
      ];
    });
    this.#lines.replaceChildren(...lines);
  }

  /** Places points, with their names outside of the circle, or inside for a negative distance, apart from each other. */
  #place(
    kind: keyof Places,
    angles: readonly number[],
    names: readonly string[],
    anchor: number,
    away: number,
  ): void {
    const spots = angles.map((angle, i) => ({ i, angle, ...at(angle, radius + away) }));
    if (away > 0) spread(spots);
    for (const { i, angle, x, y } of spots) {
      const { group, label } = this.#points[kind][i]!;
      const dot = at(angle);
      group.setAttribute('transform', `translate(${dot.x.toFixed(1)} ${dot.y.toFixed(1)})`);
      group.setAttribute('data-angle', String(angle));
      group.setAttribute('aria-valuenow', String(degrees(angle)));
      group.setAttribute('aria-valuetext', `${degrees(angle)} degrees`);
      group.setAttribute(
        'aria-label',
        kind === 'images' ? `Image ${i + 1}: ${names[i]!}` : `Caption ${i + 1}: ${names[i]!}`,
      );
      group.classList.toggle('xp-anchor', kind === 'images' && i === anchor);
      const right = Math.cos(angle) >= 0;
      label.setAttribute('x', (x - dot.x + (right ? 2 : -2)).toFixed(1));
      label.setAttribute('y', (y - dot.y + 5).toFixed(1));
      label.setAttribute('text-anchor', right === away > 0 ? 'start' : 'end');
      label.textContent = kind === 'images' ? names[i]! : '';
    }
  }

  /** A sample of a line, for the key below the drawing. */
  key(kind: 'xp-pull' | 'xp-push'): SVGSVGElement {
    const line = drawn('line', { class: kind, x1: '3', y1: '5', x2: '33', y2: '5', 'stroke-width': '5' });
    return drawn('svg', { viewBox: '0 0 36 10', 'aria-hidden': 'true' }, line);
  }
}

/** Moves names on each side of the circle down until none stands on another. */
function spread(spots: { angle: number; y: number }[]): void {
  for (const right of [true, false]) {
    const side = spots.filter(({ angle }) => Math.cos(angle) >= 0 === right).sort((a, b) => a.y - b.y);
    for (let k = 1; k < side.length; k++) side[k]!.y = Math.max(side[k]!.y, side[k - 1]!.y + 18);
    for (let k = side.length - 1; k >= 0; k--) {
      const limit = k === side.length - 1 ? height - 6 : side[k + 1]!.y - 18;
      side[k]!.y = Math.min(side[k]!.y, limit);
    }
  }
}
