// Hubs: captions that are among the nearest of very many others, regardless of their content.

import { tensor } from '@xclr/torch';
import { forEachSimilarityRow, nearest } from '../../evaluate/index.js';
import { permutation } from '../../util/random.js';
import { type Audited, examplesKept, type Finding, samplesOfRows } from '../finding.js';

/** Neighbors counted for each caption. */
const k = 10;
/** A hub is among the k nearest this many times as often as the average caption, which is k times. */
const often = 8;
const most = 10_000;

/** k-occurrence after Radovanović et al., "Hubs in space" (JMLR 2010), over distinct captions. */
export function hubs(audited: Audited): Finding {
  const { captions, seed } = audited;
  const rows = permutation(captions.captions.length, seed, 0x40b5).slice(0, most).sort();
  const occurrences = new Int32Array(rows.length);
  if (rows.length > 5 * k) {
    using vectors = tensor(captions.vectors, { shape: [captions.captions.length, captions.dimensions] }); // (u, d)
    forEachSimilarityRow(vectors, rows, rows, (row, query) => {
      for (const position of nearest(row, k, query).positions) occurrences[position]!++;
    });
  }
  const samples = samplesOfRows(audited);
  const found = [...occurrences.keys()]
    .filter((place) => occurrences[place]! > often * k)
    .sort((a, b) => occurrences[b]! - occurrences[a]! || a - b);
  return {
    kind: 'hubs',
    title: 'Captions that are similar to many others (hubs)',
    count: found.length,
    unit: 'caption',
    why: `Each is among the ${k} nearest of more than ${often * k} others: training pulls unrelated images together through it.`,
    remedy:
      'Centering the vectors usually helps (--graph-postprocess-center). Hubs are mostly very short or very general captions.',
    examples: found.slice(0, examplesKept).map((place) => ({
      text: `"${captions.captions[rows[place]!]}" is among the ${k} nearest of ${occurrences[place]} captions`,
      samples: samples[rows[place]!]!.slice(0, 1),
      score: occurrences[place]!,
    })),
    exclude: [],
  };
}
