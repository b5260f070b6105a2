// Words that most captions begin or end with: they lift every similarity and say nothing.

import { type Audited, examplesKept, type Finding } from '../finding.js';
import { distinctTexts, frameOf } from '../frame.js';

/** A frame around the captions of half the data or more: "a photo of a …", "… | buy online". */
export function boilerplate({ dataset, captions }: Audited): Finding {
  const texts = distinctTexts(dataset.samples);
  const { start, end } = frameOf(texts);
  const found = [
    ...(start.words.length > 0
      ? [{ text: `${start.words.join(' ')} …`, fraction: start.fraction, at: 'begin' }]
      : []),
    ...(end.words.length > 0
      ? [{ text: `… ${end.words.join(' ')}`, fraction: end.fraction, at: 'end' }]
      : []),
  ];
  return {
    kind: 'boilerplate',
    title: 'Words that most captions share',
    count: found.length,
    unit: 'frame',
    why: `They lift every similarity equally (mean over different captions: ${meanCosine(captions).toFixed(2)}) and leave less of the scale for real differences.`,
    remedy:
      'Remove these words from the captions, or subtract the mean vector (--graph-postprocess-center); then calibrate τ_s again.',
    examples: found.slice(0, examplesKept).map(({ text, fraction, at }) => ({
      text: `${Math.round(100 * fraction)} % of the captions ${at} with "${text}"`,
      samples: [],
      score: fraction,
    })),
    exclude: [],
  };
}

/** Mean cosine of two different rows, from the length of their sum: Σᵢⱼ xᵢ·xⱼ = |Σ xᵢ|². */
function meanCosine({ vectors, dimensions }: Audited['captions']): number {
  const rows = vectors.length / dimensions;
  if (rows < 2) return 1;
  let squares = 0;
  for (let d = 0; d < dimensions; d++) {
    let sum = 0;
    for (let i = d; i < vectors.length; i += dimensions) sum += vectors[i]!;
    squares += sum * sum;
  }
  return (squares - rows) / (rows * (rows - 1));
}
