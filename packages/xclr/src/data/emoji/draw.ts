// One emoji drawing to a transparent square PNG.

import sharp from 'sharp';
import { encodePng } from '../../util/png.js';
import type { Icon } from './packages.js';

/** The drawing as a whole SVG, fitted into size × size pixels without distortion. @internal */
export function svgOf(icon: Icon, size: number): string {
  const { left = 0, top = 0, width = 16, height = 16, hFlip, vFlip, rotate = 0 } = icon;
  const center = `${left + width / 2} ${top + height / 2}`;
  const moves = [];
  if (rotate) moves.push(`rotate(${rotate * 90} ${center})`);
  if (hFlip) moves.push(`translate(${2 * left + width} 0) scale(-1 1)`);
  if (vFlip) moves.push(`translate(0 ${2 * top + height}) scale(1 -1)`);
  const body = moves.length > 0 ? `<g transform="${moves.join(' ')}">${icon.body}</g>` : icon.body;
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"' +
    ` width="${size}" height="${size}" viewBox="${left} ${top} ${width} ${height}">${body}</svg>`
  );
}

/** Renders a drawing; about 1 ms at 64 px. */
export async function drawIcon(icon: Icon, size: number): Promise<Buffer> {
  const pixels = await sharp(Buffer.from(svgOf(icon, size)))
    .ensureAlpha()
    .raw()
    .toBuffer();
  return encodePng(pixels, { width: size, height: size, channels: 4, level: 3 });
}
