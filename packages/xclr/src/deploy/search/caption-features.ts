// Caption vectors of fixed axes, whatever encoder makes them: what the map from words to images starts from.
import type { TextEncoder } from '../../graph/index.js';

/** Captions that encoders without axes of their own are compared with. */
export const landmarkCount = 512;

const joint = 1024;

/**
 * (n, t) row-major. An encoder whose rows of separate calls may be compared gives its vectors. Another, such as
 * wordnet, gives each caption's cosines with the landmarks, which are encoded along with them.
 */
export async function captionFeatures(
  encoder: TextEncoder,
  captions: readonly string[],
  landmarks: readonly string[] | null,
): Promise<{ features: Float32Array; dimensions: number }> {
  if (landmarks === null) {
    const { vectors, dimensions } = await encoder.encode(captions);
    return { features: vectors, dimensions };
  }
  const m = landmarks.length;
  const features = new Float32Array(captions.length * m);
  for (let start = 0; start < captions.length; start += joint) {
    const part = captions.slice(start, start + joint);
    const { vectors, dimensions: d } = await encoder.encode([...landmarks, ...part]); // (m + part, d)
    for (let i = 0; i < part.length; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let c = 0; c < d; c++) sum += vectors[(m + i) * d + c]! * vectors[j * d + c]!;
        features[(start + i) * m + j] = sum;
      }
    }
  }
  return { features, dimensions: m };
}
