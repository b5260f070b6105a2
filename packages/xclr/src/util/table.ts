// A plain text table for the terminal.
import { maxOf } from './arrays.js';

/** Columns as wide as their widest cell; the first is left-aligned, the others right-aligned. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) =>
    maxOf(
      rows.map((row) => (row[i] ?? '').length),
      title.length,
    ),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('──'), ...rows.map(line)].join('\n');
}
