// Draws docs/images/targets-{light,dark}.svg, the README's figure: the training targets of SimCLR, SupCon and X-CLR for six
// captions, computed with the WordNet text encoder. With --check, fails where the committed figures differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WordNetEncoder } from '../packages/xclr/dist/graph/wordnet/encoder.js';

const samples = [
  ['a tabby cat', 'cat'],
  ['a Siamese cat', 'cat'],
  ['a golden retriever', 'dog'],
  ['a garbage truck', 'truck'],
  ['a sports car', 'car'],
  ['a banana', 'fruit'],
];
const targetTemperature = 0.15;
const themes = {
  light: { text: '#1f2328', soft: '#59636e', empty: '#eef1f4', fill: [9, 105, 218], onFill: '#ffffff' },
  dark: { text: '#f0f6fc', soft: '#9198a1', empty: '#21262d', fill: [68, 147, 248], onFill: '#0d1117' },
};

/** Caption similarities (n, n). */
async function similarities(captions) {
  const { vectors, dimensions } = await new WordNetEncoder().encode(captions);
  const row = (i) => vectors.subarray(i * dimensions, (i + 1) * dimensions);
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  return captions.map((_, i) => captions.map((__, j) => dot(row(i), row(j))));
}

/**
 * The target of one view of image i over the other views of a batch with two views of each image, summed by image: one
 * other view of i itself, two of every other image.
 */
function targets(logits) {
  return logits.map((row, i) => {
    const weights = row.map((value, j) => (j === i ? 1 : 2) * Math.exp(value));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  });
}

function panel({ title, note, rows, x, theme, labels }) {
  const cell = 44;
  const mix = (p) =>
    `rgb(${theme.fill.map((value, k) => Math.round(value * p + Number.parseInt(theme.empty.slice(1 + 2 * k, 3 + 2 * k), 16) * (1 - p))).join(' ')})`;
  const squares = rows.flatMap((row, i) =>
    row.map((p, j) => {
      const [left, top] = [x + j * cell, 74 + i * cell];
      const percent = Math.round(100 * p);
      const number =
        percent === 0
          ? ''
          : `<text x="${left + 20}" y="${top + 25}" text-anchor="middle" font-size="13" fill="${p > 0.45 ? theme.onFill : theme.text}">${percent}</text>`;
      return `<rect x="${left}" y="${top}" width="40" height="40" rx="5" fill="${mix(Math.min(1, Math.sqrt(p)))}"/>${number}`;
    }),
  );
  const names = labels.map(
    (label, i) =>
      `<text x="${x - 12}" y="${74 + i * cell + 25}" text-anchor="end" font-size="14" fill="${theme.text}">${label}</text>`,
  );
  return `<text x="${x}" y="30" font-size="18" font-weight="600" fill="${theme.text}">${title}</text>
<text x="${x}" y="52" font-size="13" fill="${theme.soft}">${note}</text>
${names.join('')}
${squares.join('')}`;
}

async function figure(theme) {
  const captions = samples.map(([caption]) => caption);
  const similarity = await similarities(captions);
  const logits = {
    simclr: similarity.map((row, i) => row.map((_, j) => (i === j ? 0 : -Infinity))),
    supcon: similarity.map((row, i) => row.map((_, j) => (samples[i][1] === samples[j][1] ? 0 : -Infinity))),
    xclr: similarity.map((row) => row.map((value) => value / targetTemperature)),
  };
  const panels = [
    {
      title: 'SimCLR',
      note: 'only views of the same image',
      rows: targets(logits.simclr),
      x: 150,
      labels: captions,
    },
    { title: 'SupCon', note: 'images with the same label', rows: targets(logits.supcon), x: 450, labels: [] },
    { title: 'X-CLR', note: 'as similar as the captions', rows: targets(logits.xclr), x: 750, labels: [] },
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1030 352" role="img" font-family="-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif">
<title>Training targets of SimCLR, SupCon and X-CLR for six captions, in percent of each row</title>
${panels.map((one) => panel({ ...one, theme })).join('\n')}
</svg>
`;
}

for (const [name, theme] of Object.entries(themes)) {
  const path = fileURLToPath(new URL(`../docs/images/targets-${name}.svg`, import.meta.url));
  const svg = await figure(theme);
  if (!process.argv.includes('--check')) writeFileSync(path, svg);
  else if (readFileSync(path, 'utf8') !== svg) {
    console.error(`${path} is out of date: run \`node scripts/readme-figure.mjs\``);
    process.exit(1);
  }
}
