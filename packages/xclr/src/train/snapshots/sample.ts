// Which images a snapshot looks at, and what the graph says of them.
import { scoped } from '@xclr/torch';
import type { Dataset } from '../../data/index.js';
import type { SimilarityGraph } from '../../graph/index.js';
import { permutation, purpose } from '../../util/random.js';
import { type SnapshotSample, sampledImage, writeSample } from './files.js';

/** The same for every run on the same data, whatever its seed: runs can be looked at side by side. Ascending. */
export function chooseSample(indices: Int32Array, images: number): Int32Array {
  const order = permutation(indices.length, 0, purpose.snapshots);
  return Int32Array.from(order.slice(0, images), (place) => indices[place]!).sort();
}

/** Writes sample.json, and the graph's similarities where there is a graph. */
export function writeSampleOf(
  folder: string,
  dataset: Dataset,
  indices: Int32Array,
  { graph, description }: { readonly graph: SimilarityGraph | null; readonly description: string },
): void {
  const known = graph === null ? null : similaritiesOf(graph, indices);
  const sample: SnapshotSample = {
    kind: 'xclr snapshots 1',
    data: { name: dataset.name, fingerprint: dataset.fingerprint },
    graph: description,
    temperature: known?.temperature ?? null,
    images: Array.from(indices, (index) => sampledImage(dataset.samples[index]!)),
  };
  writeSample(folder, sample, known?.similarities ?? null);
}

/** (n, n) similarities, and the τ_s by which they become logits; null where it is not the same everywhere. */
function similaritiesOf(
  graph: SimilarityGraph,
  indices: Int32Array,
): { similarities: Float32Array; temperature: number | null } {
  return scoped(() => {
    const similarities = Float32Array.from(graph.similarities(indices).toNumbers()); // (n, n)
    const logits = Float32Array.from(graph.logits(indices).toNumbers()); // (n, n)
    return { similarities, temperature: temperatureOf(similarities, logits, indices.length) };
  });
}

function temperatureOf(similarities: Float32Array, logits: Float32Array, n: number): number | null {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < logits.length; i++) {
    if (i % (n + 1) === 0 || !Number.isFinite(logits[i]) || Math.abs(similarities[i]!) < 0.05) continue;
    const ratio = similarities[i]! / logits[i]!;
    [least, most] = [Math.min(least, ratio), Math.max(most, ratio)];
  }
  // float32 leaves six digits; a τ_s for each row differs by more.
  return most > 0 && most - least < 1e-3 * most ? Number(((least + most) / 2).toPrecision(4)) : null;
}
