// Names beside charts: broken into lines that fit, as SVG text does not break by itself.
import { shorten } from '../../util/shorten.js';

/** At most two lines of `width` characters, with an ellipsis where that is not enough. */
export function twoLines(name: string, width: number): string {
  if (name.length <= width) return name;
  const cut = name.lastIndexOf(' ', width);
  if (cut <= 0) return shorten(name, width);
  return `${name.slice(0, cut)}\n${shorten(name.slice(cut + 1), width)}`;
}
