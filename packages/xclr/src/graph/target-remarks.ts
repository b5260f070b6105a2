// What deserves to be noticed of a graph's targets, by whoever trains with it and by whoever inspects it.
import type { BatchTargets } from './batch-targets.js';

export interface TargetRemark {
  /** 'problem' harms results, 'advice' may improve them, 'good' was checked and is right. */
  readonly level: 'problem' | 'advice' | 'good';
  /** What to change: τ_s, or the captions and their encoder. */
  readonly about: 'temperature' | 'similarity';
  readonly title: string;
  readonly text: string;
  readonly remedy?: string;
}

/** @param mean similarity of two different samples, before τ_s */
export function targetRemarks(
  mean: number,
  { positiveMass, effectivePositives, batch }: BatchTargets,
): TargetRemark[] {
  const list: TargetRemark[] = [];
  if (positiveMass > 0.95) {
    list.push({
      level: 'advice',
      about: 'temperature',
      title: 'The graph adds little to SimCLR',
      text: `${Math.round(100 * positiveMass)} % of the target lies on the other view of the same image: training would be close to SimCLR.`,
      remedy:
        'Raise τ_s (--graph-temperature auto), or use captions that have more in common with each other.',
    });
  } else if (positiveMass < 0.1 && effectivePositives > 0.25 * 2 * batch) {
    list.push({
      level: 'problem',
      about: 'temperature',
      title: 'Nearly everything is a positive',
      text: `An anchor's target is spread over ${Math.round(effectivePositives).toLocaleString('en-GB')} of ${(2 * batch - 1).toLocaleString('en-GB')} views, so that training hardly separates images.`,
      remedy:
        'Lower τ_s (--graph-temperature auto), or remove what all captions have in common (xclr graph audit).',
    });
  } else {
    list.push({
      level: 'good',
      about: 'temperature',
      title: 'The target is neither one-hot nor uniform',
      text: `${Math.round(100 * positiveMass)} % of it lies on the other view of the same image, the rest on similar images.`,
    });
  }
  if (mean > 0.5) {
    list.push({
      level: 'advice',
      about: 'similarity',
      title: 'This encoder finds all captions similar',
      text: `The mean similarity of two images is ${mean.toFixed(2)}: the captions have a common phrase, or the encoder's vectors all point in similar directions.`,
      remedy:
        'See `xclr graph audit` for boilerplate; centering the vectors (--graph-postprocess-center) usually restores the range of similarities.',
    });
  }
  return list;
}
