// A map of images: points, thumbnails once there is room for them, pan, zoom, lasso, by mouse, finger or keyboard.
import { useEffect, useRef, useState } from 'preact/hooks';
import {
  inside,
  pointsInSight,
  rememberedWholeView,
  type Size,
  toPlane,
  toScreen,
  type View,
  zoomed,
} from './plane.js';
import { PointSurface, type SurfaceKind } from './point-surface.js';

export interface ScatterProps {
  /** x and y of each point in turn. */
  readonly positions: Float32Array;
  /** Red, green, blue and opacity of each. */
  readonly colors: Uint8Array;
  readonly chosen: ReadonlySet<number>;
  /** What a point's thumbnail is fetched from. */
  readonly thumbnail: (image: number) => string;
  readonly lasso: boolean;
  readonly onLasso: (images: readonly number[]) => void;
  readonly onPick: (image: number) => void;
  /** 'webgl' or 'canvas' where one of them is asked for. */
  readonly drawn: string;
  readonly onKind: (kind: SurfaceKind) => void;
  readonly label: string;
  /** Changes when everything is to be in sight again. */
  readonly fit: string;
}

/** Thumbnails are drawn where no more points than this are in sight. */
const mostThumbnails = 160;
const thumbnailSize = 44;

export function Scatter(props: ScatterProps) {
  const { positions, colors, chosen, thumbnail, lasso, onLasso, onPick, drawn, onKind, label, fit } = props;
  const host = useRef<HTMLDivElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const surface = useRef<PointSurface | null>(null);
  const images = useRef(new Map<string, HTMLImageElement>());
  const size = useRef<Size>({ width: 1, height: 1 });
  const drag = useRef<{ x: number; y: number; view: View; moved: boolean } | null>(null);
  const outline = useRef<[number, number][]>([]);
  const frame = useRef(0);
  /** Whether something is on the canvas above: an empty one is left alone, as the browser would compose it anew. */
  const covered = useRef(true);
  const [view, setView] = useState<View | null>(null);
  const [, setResized] = useState(0);
  const whole = useRef(rememberedWholeView());
  const shown = view ?? whole.current(positions, size.current);
  const state = useRef({ shown, positions, chosen, thumbnail });
  state.current = { shown, positions, chosen, thumbnail };

  const draw = () => {
    frame.current = 0;
    const { shown: now, positions: at, chosen: marked, thumbnail: source } = state.current;
    const count = at.length / 2;
    const radius = count > 20_000 ? 1.6 : count > 3000 ? 2.4 : 4;
    surface.current?.draw(now, size.current, radius);
    const near = now.scale > 2.2 * whole.current(at, size.current).scale || count <= 60;
    const inSight = near ? pointsInSight(now, size.current, at, mostThumbnails + 1) : [];
    const covers = near && inSight.length <= mostThumbnails;
    const needed = covers || marked.size > 0 || outline.current.length > 1;
    if (!needed && !covered.current) return;
    covered.current = needed;
    const canvas = above.current;
    const context = canvas?.getContext('2d');
    if (canvas == null || context == null) return;
    const ratio = canvas.width / size.current.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.current.width, size.current.height);
    if (covers) {
      for (const i of inSight) {
        const image = loaded(source(i));
        if (image === null) continue;
        const [x, y] = toScreen(now, size.current, at[2 * i]!, at[2 * i + 1]!);
        const scale = thumbnailSize / Math.max(image.naturalWidth, image.naturalHeight);
        const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
        context.drawImage(image, x - w / 2, y - h / 2, w, h);
      }
    }
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = 2;
    for (const i of marked) {
      const [x, y] = toScreen(now, size.current, at[2 * i]!, at[2 * i + 1]!);
      context.beginPath();
      context.arc(x, y, radius + 2.5, 0, 2 * Math.PI);
      context.stroke();
    }
    if (outline.current.length > 1) {
      context.beginPath();
      for (const [x, y] of outline.current) context.lineTo(x, y);
      context.closePath();
      context.setLineDash([5, 4]);
      context.stroke();
      context.setLineDash([]);
    }
  };
  const redraw = () => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  };
  const loaded = (url: string): HTMLImageElement | null => {
    const known = images.current.get(url);
    if (known !== undefined) return known.complete && known.naturalWidth > 0 ? known : null;
    const image = new Image();
    image.onload = redraw;
    image.src = url;
    images.current.set(url, image);
    if (images.current.size > 1000) images.current.delete(images.current.keys().next().value!);
    return null;
  };

  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    surface.current = new PointSurface(place, drawn, onKind);
    const resize = () => {
      const [width, height] = [place.clientWidth, place.clientHeight];
      size.current = { width, height };
      const ratio = Math.min(2, window.devicePixelRatio);
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
      surface.current?.resize(across, down);
      const marks = above.current!;
      [marks.width, marks.height] = [across, down];
      setResized((times) => times + 1); // what is in sight depends on the size; a drawing follows each rendering
    };
    const observer = new ResizeObserver(resize);
    observer.observe(place);
    resize();
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const factor = Math.exp(-event.deltaY / 300);
      setView((now) =>
        zoomed(now ?? state.current.shown, size.current, factor, event.offsetX, event.offsetY),
      );
    };
    place.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      place.removeEventListener('wheel', wheel);
      cancelAnimationFrame(frame.current);
      surface.current?.dispose();
    };
  }, []);
  useEffect(() => {
    surface.current?.load({ positions, colors });
    redraw();
  }, [positions, colors]);
  useEffect(() => setView(null), [fit]);
  useEffect(redraw);

  const nearest = (x: number, y: number): number | null => {
    let [best, at] = [14 * 14, -1];
    for (let i = 0; i < positions.length / 2; i++) {
      const [px, py] = toScreen(state.current.shown, size.current, positions[2 * i]!, positions[2 * i + 1]!);
      const away = (px - x) ** 2 + (py - y) ** 2;
      if (away < best) [best, at] = [away, i];
    }
    return at < 0 ? null : at;
  };
  const key = (event: KeyboardEvent) => {
    const { width, height } = size.current;
    const step = 60 / state.current.shown.scale;
    const now = state.current.shown;
    const moves: Readonly<Record<string, View>> = {
      ArrowLeft: { ...now, x: now.x - step },
      ArrowRight: { ...now, x: now.x + step },
      ArrowUp: { ...now, y: now.y + step },
      ArrowDown: { ...now, y: now.y - step },
      '+': zoomed(now, size.current, 1.4, width / 2, height / 2),
      '-': zoomed(now, size.current, 1 / 1.4, width / 2, height / 2),
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setView(next);
    } else if (event.key === '0') setView(null);
    else if (event.key === ' ') {
      event.preventDefault();
      onLasso(pointsInSight(now, size.current, positions, positions.length / 2));
    } else if (event.key === 'Enter') {
      const found = nearest(width / 2, height / 2);
      if (found !== null) onPick(found);
    }
  };
  return (
    <div
      ref={host}
      class={`scatter ${lasso ? 'lasso' : ''}`}
      role="application"
      tabindex={0}
      aria-label={label}
      onKeyDown={key}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.offsetX, y: event.offsetY, view: state.current.shown, moved: false };
        outline.current = lasso || event.shiftKey ? [[event.offsetX, event.offsetY]] : [];
      }}
      onPointerMove={(event) => {
        const begun = drag.current;
        if (begun === null) return;
        const [dx, dy] = [event.offsetX - begun.x, event.offsetY - begun.y];
        if (Math.hypot(dx, dy) > 3) begun.moved = true;
        if (outline.current.length > 0) {
          outline.current.push([event.offsetX, event.offsetY]);
          redraw();
        } else if (begun.moved) {
          const { scale } = begun.view;
          setView({ scale, x: begun.view.x - dx / scale, y: begun.view.y + dy / scale });
        }
      }}
      onPointerUp={(event) => {
        const begun = drag.current;
        drag.current = null;
        const polygon = outline.current.map(([x, y]) => toPlane(state.current.shown, size.current, x, y));
        outline.current = [];
        redraw();
        if (polygon.length > 2) {
          const within: number[] = [];
          for (let i = 0; i < positions.length / 2; i++)
            if (inside(polygon, positions[2 * i]!, positions[2 * i + 1]!)) within.push(i);
          onLasso(within);
        } else if (begun !== null && !begun.moved) {
          const found = nearest(event.offsetX, event.offsetY);
          if (found !== null) onPick(found);
        }
      }}
    >
      <canvas ref={above} />
    </div>
  );
}
