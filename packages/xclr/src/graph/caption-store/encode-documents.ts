// Documents to unit rows: each distinct text once, then the weighted sums.
import type { CaptionDocument } from '../caption-template.js';
import type { EncodeOptions, TextEncoder } from '../text-encoder.js';

export interface EncodedDocuments {
  /** (documents, dimensions) row-major, unit rows. */
  vectors: Float32Array;
  dimensions: number;
  notes: readonly string[];
  /** (documents) marks of their texts together; see EncodedCaptions. */
  marks: Uint8Array;
}

/** Divides every row by its length, in place; zero rows stay. */
export function normalizeRows(vectors: Float32Array, dimensions: number): void {
  for (let start = 0; start < vectors.length; start += dimensions) {
    let squares = 0;
    for (let i = start; i < start + dimensions; i++) squares += vectors[i]! * vectors[i]!;
    const scale = 1 / Math.sqrt(squares || 1);
    for (let i = start; i < start + dimensions; i++) vectors[i]! *= scale;
  }
}

export async function encodeDocuments(
  documents: readonly CaptionDocument[],
  encoder: TextEncoder,
  onProgress?: EncodeOptions['onProgress'],
): Promise<EncodedDocuments> {
  const texts: string[] = [];
  const contexts: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (text: string, document: CaptionDocument) => {
    const others = document.filter((part) => part.text !== text).map((part) => part.text);
    const context = encoder.usesContext ? others.join(', ') : '';
    const key = `${text}\u0000${context}`;
    const place = places.get(key) ?? texts.length;
    if (place === texts.length) {
      texts.push(text);
      contexts.push(context);
      places.set(key, place);
    }
    return place;
  };
  const rows = documents.map((document) => document.map((part) => placeOf(part.text, document)));
  const encoded = await encoder.encode(texts, { contexts, ...(onProgress ? { onProgress } : {}) });
  const { dimensions } = encoded;
  const vectors = new Float32Array(documents.length * dimensions);
  const marks = new Uint8Array(documents.length);
  documents.forEach((document, d) => {
    document.forEach(({ weight }, part) => {
      const place = rows[d]![part]!;
      const from = place * dimensions;
      marks[d]! |= encoded.marks?.[place] ?? 0;
      for (let i = 0; i < dimensions; i++)
        vectors[d * dimensions + i]! += weight * encoded.vectors[from + i]!;
    });
  });
  normalizeRows(vectors, dimensions);
  return { vectors, dimensions, notes: encoded.notes, marks };
}
