// Files that the page gives away: charts as images, lists as text.
import type uPlot from 'uplot';
import { type LineStyle, resolved } from './colors.js';
import type { Line } from './line.js';

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function saveText(text: string, name: string, type: string): void {
  saveBlob(new Blob([text], { type }), name);
}

/** A chart as it stands, on the page's color, with its title and the names of its lines. */
export function saveCanvas(
  plot: uPlot,
  title: string,
  lines: readonly Line[],
  styles: ReadonlyMap<string, LineStyle>,
  name: string,
): void {
  const drawn = plot.ctx.canvas;
  const scale = drawn.width / plot.width;
  const line = 18 * scale;
  const canvas = document.createElement('canvas');
  canvas.width = drawn.width;
  canvas.height = drawn.height + line * (lines.length + 2);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.fillStyle = resolved('var(--card)');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = resolved('var(--ink)');
  context.font = `${14 * scale}px sans-serif`;
  context.fillText(title, 10 * scale, 1.2 * line);
  context.drawImage(drawn, 0, 1.7 * line);
  context.font = `${12 * scale}px sans-serif`;
  lines.forEach(({ run }, i) => {
    const y = drawn.height + line * (i + 2.4);
    context.fillStyle = resolved(styles.get(run.id)?.color ?? 'var(--ink)');
    context.fillRect(10 * scale, y - 5 * scale, 16 * scale, 2 * scale);
    context.fillStyle = resolved('var(--ink)');
    context.fillText(run.name, 32 * scale, y);
  });
  canvas.toBlob((blob) => blob !== null && saveBlob(blob, name));
}
