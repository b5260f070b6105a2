// Rows as 8-bit integers whose cosines need no scale: a quarter of the download.

/** Each row times 127 over its largest absolute value, rounded; a row of zeros stays. @param rows (n, dimensions) */
export function toInt8(rows: Float32Array, dimensions: number): Int8Array {
  const small = new Int8Array(rows.length);
  for (let start = 0; start < rows.length; start += dimensions) {
    let most = 0;
    for (let i = start; i < start + dimensions; i++) most = Math.max(most, Math.abs(rows[i]!));
    if (most === 0) continue;
    for (let i = start; i < start + dimensions; i++) small[i] = Math.round((127 * rows[i]!) / most);
  }
  return small;
}
