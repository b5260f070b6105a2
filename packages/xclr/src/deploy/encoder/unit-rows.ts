// Rows of length 1, in plain arrays.
import { UserError } from '../../util/errors.js';

/**
 * Divides each row by its length, in place.
 * @param rows (n, dimensions) row-major
 * @throws {UserError} for a row that is zero, or has NaN or infinite values
 */
export function normalizeRows_(rows: Float32Array, dimensions: number, what: string): Float32Array {
  for (let start = 0; start < rows.length; start += dimensions) {
    const row = rows.subarray(start, start + dimensions);
    let squares = 0;
    for (let i = 0; i < dimensions; i++) squares += row[i]! * row[i]!;
    if (!(squares > 0 && Number.isFinite(squares))) {
      throw new UserError(
        `${what}: expected finite vectors that are not zero, row ${start / dimensions} has length ${Math.sqrt(squares)}`,
        'The weights are damaged or training diverged: use another checkpoint or file.',
      );
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < dimensions; i++) row[i]! *= scale;
  }
  return rows;
}
