// Cosine similarities of queries to a gallery, a chunk of rows at a time: memory does not grow with the queries.

import { scoped, type Tensor, tensor } from '@xclr/torch';

/** 64 MiB of float32 similarities at a time. */
const CHUNK_ELEMENTS = 2 ** 24;

export interface SimilarityRowsOptions {
  /** Similarities held at a time; for tests. */
  readonly chunkElements?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** (m, d) rows that the queries are of, where they are not the gallery's. */
  readonly queries?: Tensor;
}

/**
 * Calls `visit` with each query's similarities to the whole gallery.
 * @param features (n, d) unit rows, float32
 * @param visit gets a view (g) that the next call overwrites, and the query's place in `queryRows`
 */
export function forEachSimilarityRow(
  features: Tensor,
  queryRows: Int32Array,
  galleryRows: Int32Array,
  visit: (row: Float32Array, query: number) => void,
  { chunkElements = CHUNK_ELEMENTS, onProgress, queries: asked = features }: SimilarityRowsOptions = {},
): void {
  const g = galleryRows.length;
  const chunk = Math.min(queryRows.length, Math.max(1, Math.floor(chunkElements / g)));
  const buffer = new Float32Array(chunk * g);
  scoped(() => {
    const { device } = features;
    const gallery = features.indexSelect(0, tensor(galleryRows, { device })).t(); // (d, g)
    for (let start = 0; start < queryRows.length; start += chunk) {
      const part = queryRows.subarray(start, start + chunk);
      const similarities = buffer.subarray(0, part.length * g);
      scoped(() => {
        const queries = asked.indexSelect(0, tensor(part, { device })); // (c, d)
        queries.matmul(gallery).copyTo(similarities); // (c, g)
      });
      for (let i = 0; i < part.length; i++) visit(similarities.subarray(i * g, (i + 1) * g), start + i);
      onProgress?.(start + part.length, queryRows.length);
    }
  });
}

/** All similarities of the rows to each other, row-major. */
export function similaritySquare(features: Tensor, rows: Int32Array): Float32Array {
  const square = new Float32Array(rows.length * rows.length);
  scoped(() => {
    const x = features.indexSelect(0, tensor(rows, { device: features.device })); // (n, d)
    x.matmul(x.t()).copyTo(square); // (n, n)
  });
  return square;
}
