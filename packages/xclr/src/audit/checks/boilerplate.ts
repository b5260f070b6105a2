// Words that most captions begin or end with: they lift every similarity and say nothing.

import { type Audited, examplesKept, type Finding } from '../finding.js';

/** Share of the distinct captions that have it in common. */
const common = 0.5;

/** The longest run of words that at least half of the captions begin with; for ends, the words come reversed. */
function longestCommonStart(captions: readonly (readonly string[])[]): { words: string[]; share: number } {
  let group = captions;
  const words: string[] = [];
  for (;;) {
    const next = new Map<string, number>();
    for (const caption of group) {
      // The last word of a caption is its content, not its frame.
      const word = words.length < caption.length - 1 ? caption[words.length] : undefined;
      if (word !== undefined) next.set(word, (next.get(word) ?? 0) + 1);
    }
    const [best, count] = [...next].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    if (count < common * captions.length) return { words, share: group.length / captions.length };
    words.push(best);
    group = group.filter((caption) => caption.length > words.length && caption[words.length - 1] === best);
  }
}

/** A frame around the captions of half the data or more: "a photo of a …", "… | buy online". */
export function boilerplate({ dataset, captions }: Audited): Finding {
  const texts = [...new Set(dataset.samples.flatMap((sample) => sample.captions))];
  const words = texts.map((text) => text.toLowerCase().split(' '));
  const starts = longestCommonStart(words);
  const ends = longestCommonStart(words.map((list) => list.toReversed()));
  const found = [
    ...(starts.words.length > 0
      ? [{ text: `${starts.words.join(' ')} …`, share: starts.share, at: 'begin' }]
      : []),
    ...(ends.words.length > 0
      ? [{ text: `… ${ends.words.toReversed().join(' ')}`, share: ends.share, at: 'end' }]
      : []),
  ];
  const enough = texts.length >= 10 ? found : [];
  return {
    kind: 'boilerplate',
    title: 'Words that most captions share',
    count: enough.length,
    unit: 'frame',
    why: `They lift every similarity alike (mean over different captions: ${meanCosine(captions).toFixed(2)}) and leave less of the scale for what differs.`,
    remedy:
      'Leave them out of the captions, or take their common part off: --graph-cures centre; then calibrate τ_s again.',
    examples: enough.slice(0, examplesKept).map(({ text, share, at }) => ({
      text: `${Math.round(100 * share)} % of the captions ${at} with "${text}"`,
      samples: [],
      score: share,
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
