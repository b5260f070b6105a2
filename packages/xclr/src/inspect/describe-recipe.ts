// A recipe in words: each stage in the order it happens, its numbers, and when to change them.
import type { Recipe } from '../data/index.js';
import { decimal } from '../report/format.js';

/** One thing that happens to an image on its way into a view. */
export interface Stage {
  readonly title: string;
  /** False where the recipe leaves it out. */
  readonly on: boolean;
  readonly text: string;
  /** When to change it, with the flag. */
  readonly change: string;
}

const percent = (fraction: number) => `${decimal(100 * fraction, 1).replace('.0', '')} %`;
const set = (pair: string) => `--views-overrides '${pair}'`;

function mirrored(flip: number): string {
  return flip === 0 ? 'Never mirrored.' : `Mirrored left and right in ${percent(flip)} of the views.`;
}

function placing({ geometry }: Recipe): Stage {
  const { ratio, flip } = geometry;
  const stretch = `${decimal(ratio[0], 2)} to ${decimal(ratio[1], 2)}`;
  if (geometry.kind === 'crop') {
    const [from, to] = geometry.scale;
    return {
      title: 'Crop',
      on: true,
      text: `A window of ${percent(from)} to ${percent(to)} of the image's area, its width ${stretch} times its height, enlarged to the view. ${mirrored(flip)}`,
      change: `Small windows show parts of objects: if the whole object matters, raise the smallest fraction: ${set('geometry.scale=[0.4,1]')}. If left and right differ (text, road signs, anatomy): ${set('geometry.flip=0')}.`,
    };
  }
  const [from, to] = geometry.size;
  return {
    title: 'Place on a canvas',
    on: true,
    text: `The image's longer side becomes ${percent(from)} to ${percent(to)} of the view's, stretched by ${stretch}, with at least ${percent(geometry.overlap)} of it inside. ${mirrored(flip)}`,
    change: `For cut-outs on a plain background. A wider range of sizes makes the encoder ignore size: ${set('geometry.size=[0.4,1.4]')}.`,
  };
}

function ground({ background }: Recipe): Stage {
  return {
    title: 'Background',
    on: background === 'random',
    text:
      background === 'random'
        ? 'Transparent parts show a random color, or soft color noise, new for each view.'
        : 'Transparent parts show white; other images are unchanged.',
    change: `Random backgrounds keep the encoder from recognizing cut-outs by their surroundings: ${set('background=random')}.`,
  };
}

function jitter({ color }: Recipe): Stage {
  const change = `Weaken it or switch it off if color matters (ripeness, paint, stained tissue): ${set('color=null')}.`;
  if (color === null) return { title: 'Color jitter', on: false, text: 'None.', change };
  const { probability, brightness, contrast, saturation, hue } = color;
  return {
    title: 'Color jitter',
    on: true,
    text: `In ${percent(probability)} of the views, brightness, contrast and saturation change by up to ±${percent(brightness)}, ±${percent(contrast)} and ±${percent(saturation)}, and the hue turns by up to ±${decimal(hue * 360, 0)}°.`,
    change,
  };
}

function gray({ gray }: Recipe): Stage {
  return {
    title: 'Grayscale',
    on: gray > 0,
    text: gray > 0 ? `${percent(gray)} of the views lose their color.` : 'Never.',
    change: `Makes the encoder rely on shape; set it to 0 if color matters: ${set('gray=0')}.`,
  };
}

function blur({ blur }: Recipe): Stage {
  const change = `Of little use below 64 px, where there is no fine texture: ${set('blur=null')}.`;
  if (blur === null) return { title: 'Blur', on: false, text: 'None.', change };
  return {
    title: 'Blur',
    on: true,
    text: `${percent(blur.probability)} of the views are blurred, by a Gaussian of ${decimal(blur.sigma[0], 1)} to ${decimal(blur.sigma[1], 1)} px.`,
    change,
  };
}

function solarize({ solarize }: Recipe): Stage {
  const change = `From BYOL; helps long training on photographs: ${set('solarize.probability=0.2')} where the recipe has it.`;
  if (solarize === null) return { title: 'Solarize', on: false, text: 'None.', change };
  return {
    title: 'Solarize',
    on: true,
    text: `In ${percent(solarize.probability)} of the views, values of at least ${percent(solarize.threshold)} are inverted.`,
    change,
  };
}

function multiCrop({ localCrops }: Recipe): Stage {
  const change = `Long training on photographs gains from small views, at little cost: ${set('localCrops.count=4')} with --recipe multicrop.`;
  if (localCrops === null)
    return { title: 'Local crops', on: false, text: 'None: two views per image.', change };
  const [from, to] = localCrops.scale;
  return {
    title: 'Local crops',
    on: true,
    text: `Beside the two full views, ${localCrops.count} of ${localCrops.size} × ${localCrops.size} pixels, each a window of ${percent(from)} to ${percent(to)} of the image's area.`,
    change,
  };
}

function policy({ policy }: Recipe): Stage {
  const title = 'Policy';
  const change = `Usual in supervised training; it can replace the jitter: ${set('policy={"kind":"rand-augment","operations":2,"magnitude":9}')}, or policy=null to leave it out.`;
  if (!policy) return { title, on: false, text: 'None.', change };
  const text =
    policy.kind === 'auto-augment'
      ? "One of the 25 pairs of operations of AutoAugment's ImageNet policy: shears, turns, changes of color, inversion."
      : `${policy.operations} of RandAugment's 14 operations, each at magnitude ${policy.magnitude} of 30.`;
  return { title, on: true, text, change };
}

function erasing({ erasing }: Recipe): Stage {
  const title = 'Random erasing';
  const change = `For objects that are often partly hidden: ${set('erasing={"probability":0.25,"scale":[0.02,0.33],"ratio":[0.3,3.3],"value":0}')}.`;
  if (!erasing) return { title, on: false, text: 'None.', change };
  const { probability, scale, value } = erasing;
  const filling =
    value === 'random'
      ? 'noise'
      : value === 0
        ? 'the mean color'
        : `the normalized value ${JSON.stringify(value)}`;
  return {
    title,
    on: true,
    text: `In ${percent(probability)} of the views, a rectangle of ${percent(scale[0])} to ${percent(scale[1])} of the area becomes ${filling}.`,
    change,
  };
}

/** Keys that have a stage above, or nothing to say of. */
const told: readonly string[] = [
  'geometry',
  'background',
  'color',
  'gray',
  'blur',
  'solarize',
  'policy',
  'erasing',
  'localCrops',
  'normalize',
  'evaluation',
];

/** Stages that this file has no words for yet: their numbers as they are. */
function others(recipe: Recipe): Stage[] {
  return Object.entries(recipe)
    .filter(([key, value]) => !told.includes(key) && value !== null && value !== undefined)
    .map(([key, value]) => ({
      title: key,
      on: true,
      text: JSON.stringify(value),
      change: `${set(`${key}=null`)} leaves it out.`,
    }));
}

/** The stages of a training view, in order. */
export function recipeStages(recipe: Recipe): Stage[] {
  return [
    placing(recipe),
    ground(recipe),
    policy(recipe),
    jitter(recipe),
    gray(recipe),
    blur(recipe),
    solarize(recipe),
    erasing(recipe),
    multiCrop(recipe),
    ...others(recipe),
  ];
}

/** What evaluation sees, in a sentence. */
export function evaluationText({ evaluation: { geometry } }: Recipe): string {
  return geometry.kind === 'crop'
    ? `Evaluation uses the center of each image: a square of ${percent(geometry.fraction)} of its shorter side, nothing else changed.`
    : 'Evaluation uses the image placed as in training, but identically in every run and with unchanged colors.';
}
