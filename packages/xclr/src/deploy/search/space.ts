// The space that an index compares vectors in: the encoder's own, or with the mean of its items subtracted.
import { UserError } from '../../util/errors.js';

/**
 * After a ReLU all features point into one corner, and cosines say how near each is to the mean rather than how similar
 * two are. So an index takes the mean of its first items off every vector, and off every query.
 */
export class Space {
  readonly dimensions: number;
  /** (dimensions), or null for the encoder's own space. */
  readonly mean: Float32Array | null;

  constructor(dimensions: number, mean: Float32Array | null) {
    this.dimensions = dimensions;
    this.mean = mean;
  }

  /** Mean of unit rows. @param vectors (n, dimensions) */
  static centeredOn(vectors: Float32Array, dimensions: number): Space {
    const sums = new Float64Array(dimensions);
    for (let i = 0; i < vectors.length; i++) sums[i % dimensions]! += vectors[i]!;
    const n = vectors.length / dimensions;
    return new Space(
      dimensions,
      Float32Array.from(sums, (sum) => sum / n),
    );
  }

  /**
   * Into this space, as unit rows in a new array; a row that is the mean itself stays zero, similar to nothing.
   * @param vectors (n, dimensions) as the encoder gave them
   * @throws {UserError} for another width, or values that are not finite
   */
  of(vectors: Float32Array): Float32Array {
    const d = this.dimensions;
    if (vectors.length % d !== 0) {
      throw new UserError(
        `index: expected vectors of ${d} numbers, got ${vectors.length} numbers in all`,
        'Use the encoder that the index was built with.',
      );
    }
    const rows = Float32Array.from(vectors);
    for (let start = 0; start < rows.length; start += d) {
      const row = rows.subarray(start, start + d);
      let squares = 0;
      for (let i = 0; i < d; i++) {
        const value = row[i]! - (this.mean?.[i] ?? 0);
        row[i] = value;
        squares += value * value;
      }
      if (!Number.isFinite(squares)) {
        throw new UserError(
          `index: vector ${start / d} has NaN or infinite values`,
          'Embed its image again.',
        );
      }
      const scale = squares > 1e-20 ? 1 / Math.sqrt(squares) : 0;
      for (let i = 0; i < d; i++) row[i]! *= scale;
    }
    return rows;
  }
}
