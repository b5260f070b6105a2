// A map of images: near each other where a method holds them to be similar.
import * as Plot from '@observablehq/plot';
import type { Markup } from '../html.js';
import type { ImageStore } from '../image-store.js';
import { GROUP_COLORS } from '../palette.js';
import type { MapPoint } from '../report-data.js';
import { draw, SVG } from './draw.js';
import { gatherings } from './gatherings.js';
import { pushApart } from './push-apart.js';

const SIDE = 540;

/** Thumbnail side in px: smaller as the map fills up. */
function thumbnailSize(images: number): number {
  return Math.round(Math.min(30, Math.max(13, SIDE / (1.5 * Math.sqrt(Math.max(1, images))))));
}

/** Groups in the order of their colors, or none where there are too many for colors to tell apart. */
export function coloredGroups(points: readonly MapPoint[]): string[] {
  const groups = [...new Set(points.map((p) => p.group))].sort((a, b) => a.localeCompare(b));
  return groups.length <= GROUP_COLORS && groups.length > 1 ? groups : [];
}

export function embeddingMap(points: readonly MapPoint[], title: string, images: ImageStore): Markup {
  const side = thumbnailSize(points.length);
  const placed = pushApart(points, (0.95 * side) / (SIDE - side - 16));
  const groups = coloredGroups(points);
  const names = gatherings(placed);
  return draw({
    width: SIDE,
    height: SIDE,
    margin: side / 2 + 8,
    ariaLabel: `Map of ${points.length} images by ${title}.`,
    x: { domain: [0, 1], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      // In dark mode these discs also carry dark drawings; the style sheet sets how much shines through.
      Plot.dot(placed, {
        x: 'x',
        y: 'y',
        r: side * 0.6,
        fill: (p: MapPoint) =>
          groups.length > 0 ? `var(--group-${groups.indexOf(p.group)})` : 'var(--plate)',
      }),
      Plot.image(placed, {
        x: 'x',
        y: 'y',
        src: (p: MapPoint) => `#${images.id(p.image)}`,
        width: side,
        height: side,
        title: (p: MapPoint) => `${p.image.title} · ${p.group}`,
      }),
      Plot.text(names, {
        x: 'x',
        y: 'y',
        text: 'group',
        fill: 'var(--ink)',
        stroke: 'var(--card)',
        strokeWidth: 4,
        fontWeight: 600,
        lineWidth: 11,
      }),
    ],
    finish(svg, document) {
      // Plot can only place images of their own; the page holds each image once.
      for (const image of svg.querySelectorAll('image')) {
        const use = document.createElementNS(SVG, 'use');
        for (const name of ['x', 'y', 'width', 'height', 'href']) {
          use.setAttribute(name, image.getAttribute(name) ?? '');
        }
        for (const title of image.querySelectorAll('title')) use.appendChild(title);
        image.replaceWith(use);
      }
    },
  });
}
