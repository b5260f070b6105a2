// A seeded report with real drawings and made-up vectors: what the tests render and a reader can look at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import {
  type CurvePoint,
  conclude,
  embedPlane,
  type Image,
  type Measurement,
  type Method,
  type MetricColumn,
  type Neighbor,
  orderConcepts,
  type ReportData,
  reorder,
  thumbnail,
} from '../../src/report/index.js';
import { Random } from '../../src/util/random.js';

const CONCEPTS: Readonly<Record<string, readonly string[]>> = {
  animal: [
    'dog',
    'cat',
    'wolf',
    'lion',
    'cow',
    'horse',
    'rabbit',
    'owl',
    'penguin',
    'whale',
    'turtle',
    'snail',
  ],
  fruit: ['red-apple', 'banana', 'grapes', 'cherries', 'lemon', 'pineapple', 'strawberry', 'peach'],
  vehicle: ['bus', 'taxi', 'fire-engine', 'tractor', 'bicycle', 'airplane', 'rocket', 'sailboat'],
  instrument: ['guitar', 'violin', 'trumpet', 'drum', 'saxophone'],
  tool: ['hammer', 'wrench', 'axe', 'pick', 'scissors', 'magnet'],
  weather: ['cloud', 'rainbow', 'snowflake', 'sun', 'tornado', 'umbrella'],
};
const STYLES = ['noto', 'twemoji', 'fluent-emoji-flat'];
const DIMENSIONS = 24;

interface Drawn {
  readonly concept: string;
  readonly group: string;
  readonly style: string;
  readonly image: Image;
}

/** How much of a method's vectors follow the group, the concept and the drawing style. */
interface Taste {
  readonly group: number;
  readonly concept: number;
  readonly style: number;
}

const TASTES: Readonly<Record<string, Taste>> = {
  xclr: { group: 1.1, concept: 0.9, style: 0.25 },
  simclr: { group: 0.35, concept: 0.9, style: 0.45 },
  pixels: { group: 0.25, concept: 0.5, style: 0.9 },
  untrained: { group: 0.15, concept: 0.35, style: 1 },
};

interface IconSet {
  readonly icons: Readonly<Record<string, { body: string; width?: number; height?: number }>>;
  readonly width: number;
  readonly height?: number;
}

async function draw(): Promise<Drawn[]> {
  const require = createRequire(import.meta.url);
  const sets = STYLES.map((style) => ({
    style,
    set: JSON.parse(readFileSync(require.resolve(`@iconify-json/${style}/icons.json`), 'utf8')) as IconSet,
  }));
  const wanted = Object.entries(CONCEPTS).flatMap(([group, names]) =>
    names.flatMap((concept) => sets.map(({ style, set }) => ({ concept, group, style, set }))),
  );
  const drawn = await Promise.all(
    wanted.map(async ({ concept, group, style, set }) => {
      const icon = set.icons[concept];
      if (icon === undefined) return [];
      const [width, height] = [icon.width ?? set.width, icon.height ?? set.height ?? set.width];
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 ${width} ${height}">${icon.body}</svg>`;
      const { data, info } = await sharp(Buffer.from(svg))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const dataUri = await thumbnail({ pixels: data, width: info.width, height: info.height }, { size: 48 });
      return [
        { concept, group, style, image: { title: `${concept.replaceAll('-', ' ')}, ${style}`, dataUri } },
      ];
    }),
  );
  return drawn.flat();
}

/** Gaussian vectors, one for each distinct name. */
function namedVectors(names: readonly string[], ...key: number[]): Map<string, number[]> {
  return new Map(
    [...new Set(names)].map((name, i) => {
      const random = new Random(...key, i);
      return [name, Array.from({ length: DIMENSIONS }, () => random.normal())];
    }),
  );
}

/** Unit rows (n, DIMENSIONS). */
function vectors(images: readonly Drawn[], taste: Taste, seed: number): number[][] {
  const groups = namedVectors(
    images.map((p) => p.group),
    7,
    1,
  );
  const concepts = namedVectors(
    images.map((p) => p.concept),
    7,
    2,
  );
  const styles = namedVectors(
    images.map((p) => p.style),
    7,
    3,
  );
  return images.map((p, i) => {
    const random = new Random(seed, i);
    const row = Array.from(
      { length: DIMENSIONS },
      (_, j) =>
        taste.group * groups.get(p.group)![j]! +
        taste.concept * concepts.get(p.concept)![j]! +
        taste.style * (styles.get(p.style)![j]! + 0.6 * random.normal()),
    );
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, j) => sum + value * b[j]!, 0);

function curve(seed: number, chance: number, end: number, floor: number, speed: number): CurvePoint[] {
  const random = new Random(seed);
  return Array.from({ length: 120 }, (_, i) => ({
    step: (i + 1) * 10,
    loss: end + (chance - end) * Math.exp(-i / 22) + 0.05 * random.normal(),
    lr: 0.5 * (1 + Math.cos((Math.PI * i) / 120)),
    targetEntropy: floor + 0.03 * random.normal() * Number(floor > 0),
    chanceLoss: chance,
    dataSeconds: 0.004,
    stepSeconds: 0.5,
    viewsPerSecond: speed * (1 + 0.04 * random.normal()) * (i % 40 === 0 ? 0.7 : 1),
  }));
}

const METRICS: readonly MetricColumn[] = [
  {
    key: 'alignment',
    title: 'Alignment with captions',
    explanation:
      'Rank correlation between learned and caption similarity, over pairs of images of unseen concepts.',
    headline: true,
  },
  {
    key: 'knn',
    title: 'Kind of an unseen thing',
    explanation:
      'Fraction of images whose kind is guessed right from their 10 nearest images; concept and drawing style were never shown.',
    headline: true,
    unit: 'percent',
  },
  {
    key: 'triplets',
    title: 'Triplets in order',
    explanation:
      '“Is the cat nearer to the dog than to the truck?” Fraction of such questions answered as the captions do.',
    headline: true,
    unit: 'percent',
  },
  {
    key: 'r1',
    title: 'Same thing, another style: first hit',
    explanation: 'Fraction of images whose nearest image in another style shows the same thing.',
    headline: false,
    unit: 'percent',
  },
  {
    key: 'map',
    title: 'Same thing, another style: mAP',
    explanation: 'Mean average precision of the same search.',
    headline: false,
  },
];

function measured(value: number, spread: number, n: number): Measurement {
  return { value, low: value - spread, high: value + spread, n };
}

function methods(): Method[] {
  const row = (a: number, k: number, t: number, r: number, m: number) => ({
    alignment: measured(a, 0.012, 40000),
    knn: measured(k, 0.014, 1180),
    triplets: measured(t, 0.006, 20000),
    r1: measured(r, 0.012, 1180),
    map: { value: m },
  });
  return [
    {
      key: 'xclr',
      title: 'X-CLR',
      control: false,
      description: 'Taught how similar the captions of two images are, in shades.',
      metrics: row(0.412, 0.338, 0.713, 0.189, 0.231),
      curve: curve(1, 6.2, 4.9, 4.55, 520),
      seconds: 291,
    },
    {
      key: 'simclr',
      title: 'SimCLR',
      control: false,
      description:
        'Taught that two versions of one image belong together and all other images do not. It never sees a caption.',
      metrics: row(0.201, 0.289, 0.602, 0.192, 0.218),
      curve: curve(2, 6.2, 1.4, 0, 534),
      seconds: 284,
    },
    {
      key: 'pixels',
      title: 'Raw pixels',
      control: true,
      description: 'Compares the images dot by dot, without any encoder.',
      metrics: row(0.108, 0.302, 0.571, 0.16, 0.172),
    },
    {
      key: 'untrained',
      title: 'Untrained encoder',
      control: true,
      description: 'The same encoder before its first lesson, its weights drawn at random.',
      metrics: row(0.061, 0.21, 0.533, 0.102, 0.121),
    },
  ];
}

/** Builds the demo: about 130 images of 45 concepts in three styles. */
export async function demoData(): Promise<ReportData> {
  const images = await draw();
  const byMethod = Object.entries(TASTES).map(([key, taste], i) => ({
    key,
    rows: vectors(images, taste, 100 + i),
  }));
  const shown = images.flatMap((p, i) => (p.style === 'noto' ? [i] : []));
  const captions = vectors(images, { group: 1.4, concept: 0.7, style: 0 }, 9);
  const similarity = (rows: readonly number[][]) =>
    shown.map((i) => shown.map((j) => dot(rows[i]!, rows[j]!)));
  const caption = similarity(captions);
  const order = orderConcepts(
    caption,
    shown.map((i) => images[i]!.group),
  );
  const queries = [0, 40, 62].map((i) => Math.min(i, images.length - 1));
  const nearest = (rows: readonly number[][], query: number): Neighbor[] =>
    images
      .map((p, i) => ({ p, i, score: dot(rows[query]!, rows[i]!) }))
      .filter(({ i }) => i !== query)
      .sort((a, b) => b.score - a.score)
      .slice(0, 7)
      .map(({ p }) => ({ image: p.image, right: p.group === images[query]!.group }));
  const map = (rows: readonly number[][], seed: number) => {
    const plane = embedPlane(Float32Array.from(rows.flat()), DIMENSIONS, { seed });
    return images.map((p, i) => ({
      x: plane[2 * i]!,
      y: plane[2 * i + 1]!,
      image: p.image,
      group: p.group,
    }));
  };
  const compared = { methods: methods(), metrics: METRICS };
  return {
    ...compared,
    title: 'Emoji quick start: does an encoder that reads captions see more?',
    created: new Date('2026-03-01T12:30:00Z'),
    summary:
      'A small encoder was trained twice on drawings of everyday things, once with captions (X-CLR) and once without (SimCLR), and asked about things and drawing styles it had never met.',
    setup: [
      { label: 'Encoder', value: 'ResNet-18, half width' },
      { label: 'Image size', value: '48 × 48 px' },
      { label: 'Steps', value: '1,200 of 256 images (512 views)' },
      { label: 'Optimizer', value: 'AdamW, rate 0.002, 100 steps of warm-up, cosine' },
      { label: 'Temperatures', value: 'τ = 0.1, τ_s = 0.1' },
      { label: 'Captions read by', value: 'wordnet (offline); the sentence transformer was not reachable' },
      { label: 'Precision', value: 'bfloat16' },
      { label: 'Seed', value: '0' },
    ],
    dataset: {
      name: 'emoji',
      description:
        'Drawings of the same things by several artists, with the names and keywords that Unicode gives them. Each was pasted off center on a varied background.',
      splits: [
        { name: 'Training', images: 3412, purpose: 'what the encoders learned from' },
        { name: 'Validation', images: 402, purpose: 'what settings were chosen on' },
        {
          name: 'New concepts',
          images: 1180,
          purpose: 'things that were never shown in training, in any style',
        },
      ],
      examples: images.slice(0, 12).map((p) => p.image),
      credits: [
        { name: 'Noto Emoji', license: 'Apache-2.0', attribution: 'Google' },
        { name: 'Twemoji', license: 'CC BY 4.0', attribution: 'Twitter, Inc and other contributors' },
        { name: 'Fluent Emoji', license: 'MIT', attribution: 'Microsoft Corporation' },
      ],
    },
    intervalNote: '95 % bootstrap intervals over the queries',
    heatMaps: {
      labels: order.map((i) => images[shown[i]!]!.concept.replaceAll('-', ' ')),
      groups: order.map((i) => images[shown[i]!]!.group),
      caption: reorder(caption, order),
      learned: Object.fromEntries(byMethod.map(({ key, rows }) => [key, reorder(similarity(rows), order)])),
    },
    neighborRule: 'a thing of the same kind',
    neighbors: queries.map((query) => ({
      query: images[query]!.image,
      perMethod: Object.fromEntries(byMethod.map(({ key, rows }) => [key, nearest(rows, query)])),
    })),
    maps: Object.fromEntries(byMethod.map(({ key, rows }, i) => [key, map(rows, i)])),
    conclusions: conclude(compared),
    nextSteps: [
      {
        title: 'Train on your own images',
        command: 'xclr train --data images.csv --method xclr --out runs/mine',
        why: 'A table with a column of image paths and one of captions is enough.',
      },
      {
        title: 'Add the labeled baseline',
        command: 'xclr train --data emoji --method supcon --out runs/supcon',
        why: 'SupCon knows which images share a label but no shades between labels: the fairest rival where labels exist.',
      },
      {
        title: 'Train for longer',
        command: 'xclr train --resume runs/quickstart/xclr --steps 5000',
        why: 'The loss was still falling when the time was up.',
      },
    ],
  };
}
