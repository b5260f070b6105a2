// What an inspection advises: each rule looks at the figures and says what it means and what to do.

import type { Remark } from '../report/contact-sheet.js';
import { count, list, plural } from '../report/format.js';
import { maxOf } from '../util/arrays.js';
import { fewerBits } from './images.js';
import type { Inspection } from './inspection.js';

/** What the rules look at: everything but what they will say. */
export type Inspected = Omit<Inspection, 'remarks'>;

type Rule = (data: Inspected, viewSize: number) => Remark | undefined;

const brokenImages: Rule = ({ images: { broken, looked } }) =>
  broken.length === 0
    ? undefined
    : {
        level: 'problem',
        title: `${count(broken.length)} of ${plural(looked, 'image')} read cannot be decoded`,
        text: `The first is ${broken[0]!.id}: ${broken[0]!.reason}. Training skips such images and stops when more than a tenth are broken.`,
        remedy: 'xclr data verify decodes every image and writes a list that --data-exclude leaves out.',
      };

const darkImages: Rule = ({ images: { traits, looked } }) => {
  const dark = traits.filter(({ name }) => name.endsWith(fewerBits));
  if (dark.length === 0) return undefined;
  const bits = maxOf(dark.map(({ name }) => Number.parseInt(name, 10)));
  const images = dark.reduce((sum, { count: n }) => sum + n, 0);
  return {
    level: 'problem',
    title: `${count(images)} of ${plural(looked, 'image')} read are nearly black`,
    text: `They hold at most ${bits}-bit values in 16 bits, of which the whole range is shown.`,
    remedy: `Give the values that are black and white: --image-range 0,${2 ** bits - 1}.`,
  };
};

const spoiltText: Rule = ({ captions: { spoilt } }) =>
  spoilt === 0
    ? undefined
    : {
        level: 'problem',
        title: `${plural(spoilt, 'caption')} with characters that were lost`,
        text: 'They contain “\ufffd” or sequences such as “Ã©”: the text was once read in the wrong encoding.',
        remedy: 'Write the captions again from their source, as UTF-8.',
      };

const oneClass: Rule = ({ classes, captions }) =>
  classes.classes !== 1 || captions.distinct === 1
    ? undefined
    : {
        level: 'advice',
        title: 'All images have the same class',
        text: `It is “${classes.counts[0]!.name}”. Evaluation by classes has nothing to tell apart.`,
        remedy:
          'Check which column holds the label (--data-label-column), or which folders the path contains.',
      };

const leftOut: Rule = ({ problems }) => {
  const skipped = problems.filter(({ warning }) => !warning);
  if (skipped.length === 0) return undefined;
  return {
    level: 'problem',
    title: `${plural(skipped.length, 'file or row', 'files or rows')} left out`,
    text: `The first is ${skipped[0]!.where}: ${skipped[0]!.reason}.`,
    remedy: 'Repair or remove them; the table of problems lists each with its place.',
  };
};

const noTraining: Rule = ({ splits }) =>
  splits.train > 0
    ? undefined
    : {
        level: 'problem',
        title: 'There is no training split',
        text: 'The data name splits, but none of them is train.',
        remedy: "Name one 'train', or select the training samples with --data-train.",
      };

const noValidation: Rule = ({ splits, splitsDrawn }) =>
  splits.validation > 0
    ? undefined
    : {
        level: 'advice',
        title: 'No validation split',
        text: 'Settings should be chosen on images that are used neither for training nor for the final results.',
        remedy: splitsDrawn
          ? 'With so few images, none fell into it: collect more.'
          : "Mark a tenth of the images 'validation', or name no split at all: splits are then drawn by a hash of each id.",
      };

const oneCaption: Rule = ({ captions }) =>
  captions.distinct !== 1
    ? undefined
    : {
        level: 'problem',
        title: 'All captions are the same',
        text: 'The similarity graph then says that all images are equally similar: it contains nothing to learn from.',
        remedy: 'Check which column holds the captions (--data-caption-column), or use class folders.',
      };

const captionsAreLabels: Rule = ({ captions, classes }) =>
  !captions.followLabels || captions.distinct === 1
    ? undefined
    : {
        level: 'advice',
        title: 'The captions say no more than the classes',
        text: `Every image of a class has the same caption, such as “${captions.commonest[0]?.name ?? ''}”. The graph distinguishes ${plural(classes.classes, 'class', 'classes')}, and how similar they are, but nothing within a class. This is how the paper trains on ImageNet.`,
        remedy:
          'Captions that describe each image contain more to learn from. If there are none, this is fine.',
      };

const sharedCaptions: Rule = ({ captions: { shared, sharedCount } }) =>
  sharedCount === 0
    ? undefined
    : {
        level: 'advice',
        title: `${plural(sharedCount, 'caption')} shared by different classes`,
        text: `“${shared[0]!.caption}” stands for ${list(shared[0]!.labels.slice(0, 4))}: the graph treats them as one.`,
        remedy: 'Make these captions specific (crane the bird, crane the machine).',
      };

const longCaptions: Rule = ({ captions: { words } }) =>
  words.median <= 60
    ? undefined
    : {
        level: 'advice',
        title: `Half of the captions are longer than ${Math.round(words.median)} words`,
        text: 'Text encoders read the first 128 to 512 tokens and ignore the rest.',
        remedy: 'Put what the image shows first, or shorten the captions.',
      };

const fewImages: Rule = ({ classes }) =>
  classes.classes === 0 || classes.samples.median >= 20
    ? undefined
    : {
        level: 'advice',
        title: `Few images per class: a median of ${count(classes.samples.median)}`,
        text: 'Results on so few images per class have wide intervals, and SupCon has few positives.',
        remedy:
          'Collect more images of the smallest classes, or merge classes; start from trained weights (--weights).',
      };

const unbalanced: Rule = ({ classes }) =>
  classes.classes < 2 || classes.imbalance < 10
    ? undefined
    : {
        level: 'advice',
        title: `Very uneven classes: the largest has ${count(classes.imbalance)} times the images of the smallest`,
        text: `“${classes.counts[0]!.name}” has ${count(classes.counts[0]!.count)}, “${classes.counts.at(-1)!.name}” has ${count(classes.counts.at(-1)!.count)}. The large classes then dominate the batches.`,
        remedy: 'Use the class-balanced sampler, which shows every class equally often.',
      };

/** A little enlargement costs nothing: views of 64 px are chosen for images of 60 × 80 (train/config/fit.ts). */
const smallImages: Rule = ({ images }, viewSize) =>
  images.sizes.length === 0 || 1.1 * images.shorterSide.median >= viewSize
    ? undefined
    : {
        level: 'advice',
        title: `The images are smaller than the views: ${Math.round(images.shorterSide.median)} px against ${viewSize} px`,
        text: 'Views would be enlarged: training takes longer, and there is no more detail to see.',
        remedy: `Train with --size ${viewFor(images.shorterSide.median)}${images.shorterSide.median < 64 ? ' --stem small' : ''}.`,
      };

/** The largest usual crop size that images of this size can fill. */
function viewFor(shorterEdge: number): number {
  return [224, 192, 160, 128, 96, 64, 48, 32].find((size) => size <= shorterEdge) ?? 32;
}

const largeImages: Rule = ({ images }, viewSize) =>
  images.shorterSide.median < 4 * viewSize
    ? undefined
    : {
        level: 'advice',
        title: `The images are much larger than the views: ${Math.round(images.shorterSide.median)} px against ${viewSize} px`,
        text: 'Most of the decoding time goes to pixels that no view shows.',
        remedy: 'xclr data pack stores them once at the size that training needs.',
      };

const noLabels: Rule = ({ classes, attributes }) =>
  classes.classes > 0
    ? undefined
    : {
        level: 'advice',
        title: 'No labels',
        text: `X-CLR needs none. Without them, evaluation uses the captions${attributes.length > 0 ? ` and the columns ${list(attributes.slice(0, 4).map(({ name }) => name))}` : ''}, but no classes.`,
        remedy: 'Name a column with --data-label-column if there is one.',
      };

const rules: readonly Rule[] = [
  brokenImages,
  darkImages,
  leftOut,
  spoiltText,
  noTraining,
  oneCaption,
  oneClass,
  noValidation,
  sharedCaptions,
  captionsAreLabels,
  longCaptions,
  fewImages,
  unbalanced,
  smallImages,
  largeImages,
  noLabels,
];

/** Problems first; one good word where there is nothing to say. */
export function remarksOn(data: Inspected, viewSize: number): Remark[] {
  const found = rules.map((rule) => rule(data, viewSize)).filter((remark) => remark !== undefined);
  if (found.length > 0) {
    return found.sort((a, b) => Number(a.level !== 'problem') - Number(b.level !== 'problem'));
  }
  return [
    {
      level: 'good',
      title: 'No problems found',
      text: 'Splits, classes, captions and image sizes look right, as far as an inspection can tell.',
      remedy: 'xclr data verify decodes every image before a long run.',
    },
  ];
}
