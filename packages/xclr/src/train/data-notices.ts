// What training says of its data before the first step: what an inspection would call a problem.
import { isSpoilt } from '../data/caption.js';
import type { Dataset } from '../data/index.js';

/** The first captions and labels of some samples: whether there is more than one of each. */
interface Variety {
  readonly captions: ReadonlySet<string>;
  readonly labels: ReadonlySet<string | null>;
  /** Captions with characters that were lost when the text was read in the wrong encoding. */
  readonly spoilt: number;
}

function varietyOf({ samples }: Dataset, indices: Int32Array): Variety {
  const captions = new Set<string>();
  const labels = new Set<string | null>();
  let spoilt = 0;
  for (const index of indices) {
    const sample = samples[index]!;
    for (const caption of sample.captions) {
      if (captions.size < 2) captions.add(caption);
      if (isSpoilt(caption)) spoilt++;
    }
    if (labels.size < 2) labels.add(sample.label);
  }
  return { captions, labels, spoilt };
}

/** Most warnings of the source that are repeated; xclr data inspect lists all. */
const mostWarnings = 5;

/**
 * Notices, none of which stops a training.
 * @param training indices of the training samples
 */
export function dataNotices(dataset: Dataset, training: Int32Array): string[] {
  const { problems } = dataset;
  const { captions, labels, spoilt } = varietyOf(dataset, training);
  const [caption] = captions;
  const [label] = labels;
  const skipped = problems.filter(({ warning }) => !warning);
  const warnings = problems.filter(({ warning }) => warning);
  const notices = warnings.slice(0, mostWarnings).map(({ where, reason }) => `data: ${where}: ${reason}`);
  if (warnings.length > mostWarnings)
    notices.push(`data: ${warnings.length - mostWarnings} more warnings: xclr data inspect lists them`);
  if (skipped.length > 0) {
    const { where, reason } = skipped[0]!;
    notices.push(`data: ${skipped.length} images or rows are left out, the first ${where}: ${reason}`);
  }
  if (training.length > 1 && captions.size === 1)
    notices.push(
      `data: all training images have the same caption, "${caption}": there is nothing to learn from it; check --data-caption-column, or the folders of the data`,
    );
  else if (training.length > 1 && labels.size === 1 && label !== null)
    notices.push(`data: all training images have the same class, "${label}"; check --data-label-column`);
  if (spoilt > 0)
    notices.push(
      `data: ${spoilt} captions contain characters that were lost in a wrong encoding ("\ufffd", "Ã©")`,
    );
  return notices;
}
