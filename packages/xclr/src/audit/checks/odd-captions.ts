// Captions that do not match their class: closer to the captions of another class than to those of their own.

import { type Audited, examplesKept, type Finding } from '../finding.js';

/** A class needs this many images before its captions say what the class is about. */
const fewest = 5;
/** How much nearer another class must be, in cosine. */
const margin = 0.05;

interface ClassSum {
  readonly label: string;
  readonly sum: Float64Array;
  count: number;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[offset + i]!;
  return sum;
}

function classSums({ dataset, captions }: Audited): Map<string, ClassSum> {
  const { vectors, dimensions, rowOf } = captions;
  const classes = new Map<string, ClassSum>();
  dataset.samples.forEach(({ label }, i) => {
    if (label === null) return;
    let one = classes.get(label);
    if (one === undefined) {
      one = { label, sum: new Float64Array(dimensions), count: 0 };
      classes.set(label, one);
    }
    one.count++;
    const from = rowOf[i]! * dimensions;
    for (let d = 0; d < dimensions; d++) one.sum[d]! += vectors[from + d]!;
  });
  return classes;
}

/**
 * A sample is at odds with its class when its caption is nearer, by a cosine of 0.05, to the mean caption of another
 * class than to the mean of its own class's other captions. Swapped captions show so, and wrong labels. Nothing can
 * be said where all captions of a class are one (a template around the class name).
 */
export function oddCaptions(audited: Audited): Finding {
  const { dataset, captions } = audited;
  const { vectors, dimensions, rowOf } = captions;
  const classes = classSums(audited);
  const measured = [...classes.values()]
    .filter(({ count }) => count >= fewest)
    .map((one) => ({ ...one, length: Math.sqrt(dot(one.sum, one.sum)) || 1 }));
  const found: { index: number; nearer: string; gap: number }[] = [];
  /** By row and label: many samples share both. */
  const known = new Map<string, { nearer: string; gap: number } | null>();
  dataset.samples.forEach(({ label }, index) => {
    if (label === null) return;
    const own = classes.get(label)!;
    if (own.count < fewest) return;
    const key = `${rowOf[index]}\u0000${label}`;
    let verdict = known.get(key);
    if (verdict === undefined) {
      const from = rowOf[index]! * dimensions;
      const others = own.sum.map((value, d) => value - vectors[from + d]!);
      const ownCosine = dot(others, vectors, from) / (Math.sqrt(dot(others, others)) || 1);
      verdict = null;
      for (const { label: name, sum, length } of measured) {
        const gap = dot(sum, vectors, from) / length - ownCosine;
        if (name !== label && gap > margin && gap > (verdict?.gap ?? 0)) verdict = { nearer: name, gap };
      }
      known.set(key, verdict);
    }
    if (verdict !== null) found.push({ index, ...verdict });
  });
  found.sort((a, b) => b.gap - a.gap || a.index - b.index);
  return {
    kind: 'odd-captions',
    title: 'Captions that do not match their class',
    count: found.length,
    unit: 'image',
    why: 'A swapped caption pulls its image towards the wrong images.',
    remedy: 'Check them: correct the caption or the label, or leave the images out of training.',
    examples: found.slice(0, examplesKept).map(({ index, nearer, gap }) => ({
      text: `"${dataset.samples[index]!.captions[0]}" is labeled ${dataset.samples[index]!.label}, but reads like ${nearer}`,
      samples: [index],
      score: gap,
    })),
    exclude: found.map(({ index }) => index),
  };
}
