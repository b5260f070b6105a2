// Captions of different labels that differ in words and hardly in meaning, as the text encoder sees it.

import { tensor } from '@xclr/torch';
import { forEachSimilarityRow, nearest } from '../../evaluate/index.js';
import { permutation } from '../../util/random.js';
import { type Audited, commonestLabel, examplesKept, type Finding, samplesOfRows } from '../finding.js';

/** Cosine from which two captions count as nearly the same. */
const close = 0.95;
/** Distinct captions looked at: the work grows with their square. */
const most = 20_000;

/** Pairs of distinct captions with a cosine of at least 0.95 whose commonest labels differ. */
export function closeCaptions(audited: Audited): Finding {
  const { dataset, captions, seed } = audited;
  const samples = samplesOfRows(audited);
  const labels = samples.map((list) => commonestLabel(dataset, list)?.label ?? null);
  const rows = permutation(captions.captions.length, seed, 0xc105e).slice(0, most).sort();
  const pairs: { a: number; b: number; cosine: number }[] = [];
  using vectors = tensor(captions.vectors, { shape: [captions.captions.length, captions.dimensions] }); // (u, d)
  forEachSimilarityRow(vectors, rows, rows, (row, query) => {
    const { positions, similarities } = nearest(row, 8, query);
    positions.forEach((position, i) => {
      const [a, b] = [rows[query]!, rows[position]!];
      const [mine, theirs] = [labels[a], labels[b]];
      if (a < b && similarities[i]! >= close && mine !== null && theirs !== null && mine !== theirs)
        pairs.push({ a, b, cosine: similarities[i]! });
    });
  });
  pairs.sort((x, y) => y.cosine - x.cosine || x.a - y.a || x.b - y.b);
  return {
    kind: 'close-captions',
    title: 'Captions of different labels that mean nearly the same',
    count: pairs.length,
    unit: 'pair',
    why: `Their cosine is ${close} or more: training treats these classes almost as one.`,
    remedy:
      'This is right if the classes are similar. If they are not, write longer captions, choose another text encoder, or lower τ_s.',
    examples: pairs.slice(0, examplesKept).map(({ a, b, cosine }) => ({
      text: `"${captions.captions[a]}" (${labels[a]}) and "${captions.captions[b]}" (${labels[b]})`,
      samples: [samples[a]![0]!, samples[b]![0]!],
      score: cosine,
    })),
    exclude: [],
  };
}
