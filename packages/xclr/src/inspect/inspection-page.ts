// An inspection as a page: what the data set is, what to look at, and what its images look like.

import { type Dataset, fetchImage } from '../data/index.js';
import {
  barChart,
  type ContactSheet,
  facts,
  histogram,
  imageGrid,
  remarks,
  renderContactSheet,
  scatter,
  table,
} from '../report/contact-sheet.js';
import { count, plural } from '../report/format.js';
import { html, type Markup } from '../report/html.js';
import type { Image } from '../report/report-data.js';
import { figure, type Section } from '../report/sections/section.js';
import { thumbnail } from '../report/thumbnail.js';
import { maxOf } from '../util/arrays.js';
import { exampleSamples } from './choose.js';
import type { Inspection } from './inspection.js';
import { bytesText, namedText, splitsText, spreadText } from './text-report.js';

/** An example image with what is said of it. */
export interface ExampleImage extends Image {
  readonly about: string;
}

/** Twelve images, spread over the classes by the seed; those that cannot be read are passed over. */
export async function exampleImages(dataset: Dataset, seed: number, most = 12): Promise<ExampleImage[]> {
  const shown: ExampleImage[] = [];
  for (const index of exampleSamples(dataset, 2 * most, { seed })) {
    if (shown.length === most) break;
    const { image, captions, label, id, split } = dataset.samples[index]!;
    try {
      const dataUri = await thumbnail(await fetchImage(image), { size: 192 });
      const about = [label, split, id].filter((part) => part !== null).join(' · ');
      shown.push({ title: captions[0]!, dataUri, about });
    } catch {
      // listed among the problems, with its reason
    }
  }
  return shown;
}

function summary(data: Inspection): Section {
  const { classes, captions, images } = data;
  return {
    id: 'summary',
    title: 'In short',
    body: html`${facts([
      { label: 'Kind of source', value: data.source },
      { label: 'Images', value: count(data.samples), note: splitsText(data) },
      {
        label: 'Classes',
        value: classes.classes === 0 ? 'none' : count(classes.classes),
        note: classes.classes === 0 ? undefined : `images per class: ${spreadText(classes.samples)}`,
      },
      {
        label: 'Captions',
        value: count(captions.captions),
        note: `${count(captions.distinct)} distinct · ${spreadText(captions.perSample)} per image`,
      },
      {
        label: 'Width × height',
        value: `${count(images.width.median)} × ${count(images.height.median)} px`,
        note: `${spreadText(images.width)} by ${spreadText(images.height)}`,
      },
      {
        label: 'Bytes per image',
        value: bytesText(images.bytes.median),
        note: `${bytesText(images.bytes.min)} to ${bytesText(images.bytes.max)} · ${namedText(images.formats)}`,
      },
    ])}
<p class="small">Ranges are minimum – median – maximum. Sizes were read from ${plural(images.looked, 'image')}. The fingerprint <code>${data.fingerprint.slice(0, 16)}</code> changes whenever the data change in a way that may change a result.</p>
<h3>What to look at</h3>
${remarks(data.remarks)}`,
  };
}

function examples(shown: readonly ExampleImage[], grid: Markup): Section | undefined {
  if (shown.length === 0) return undefined;
  return {
    id: 'examples',
    title: shown.length === 1 ? 'An example' : `${shown.length} examples`,
    body: html`<p>Drawn by the seed, one class after the other. Each caption should say what its image shows: the similarity graph is built from the captions alone.</p>${grid}`,
  };
}

/** Classes in one chart. */
const classesShown = 30;

function classSection({ classes }: Inspection): Section | undefined {
  const { counts } = classes;
  if (counts.length === 0) return undefined;
  const half = classesShown / 2;
  const shown = counts.length <= classesShown ? counts : [...counts.slice(0, half), ...counts.slice(-half)];
  const said =
    counts.length <= classesShown
      ? 'Images of each class'
      : `Images of the ${half} largest and the ${half} smallest of ${count(counts.length)} classes`;
  const bars = shown.map(({ name, count: value }) => ({ name, value }));
  const columns = bars.length > 12 ? [bars.slice(0, half), bars.slice(half)] : [bars];
  const most = maxOf(bars.map(({ value }) => value));
  return {
    id: 'classes',
    title: 'Classes',
    body: html`<p>${said}.</p><div class="grid bars">${columns.map((part) => html`<div class="card">${barChart(part, { title: said, most })}</div>`)}</div>`,
  };
}

function captionSection({ captions, textEncoder }: Inspection, words: readonly number[]): Section {
  const { commonest, shared } = captions;
  return {
    id: 'captions',
    title: 'Captions',
    body: html`<p>Text encoder for them: ${textEncoder.encoder}, ${textEncoder.why}.</p><div class="side">${figure(histogram(words, { label: 'Words a caption', counted: 'Captions' }), html`How long the captions are`)}
${table({
  caption: 'The most frequent captions',
  columns: ['Caption', 'Images'],
  rows: commonest.slice(0, 6).map(({ name, count: n }) => [name, count(n)]),
  numbers: [1],
})}</div>
${
  shared.length > 0 &&
  table({
    caption: 'Captions that several classes share: the graph sees no difference between these classes',
    columns: ['Caption', 'Classes', 'Images'],
    rows: shared
      .slice(0, 12)
      .map(({ caption, labels, samples }) => [caption, labels.join(', '), count(samples)]),
    numbers: [2],
  })
}`,
  };
}

function imageSection({ images }: Inspection): Section | undefined {
  if (images.sizes.length === 0) return undefined;
  const title = `Widths ${spreadText(images.width)} and heights ${spreadText(images.height)} pixels (minimum, median, maximum)`;
  const kilobytes = images.fileSizes.map((bytes) => bytes / 1000);
  return {
    id: 'images',
    title: 'Image files',
    body: html`<div class="grid">
${figure(scatter(images.sizes, { x: 'Width, px', y: 'Height, px', title }), html`Sizes in pixels<span class="explanation">A dot on the dotted line is a square image; larger dots are more images.</span>`)}
${figure(histogram(kilobytes, { label: 'kB an image', counted: 'Images' }), html`Sizes in bytes`)}
</div>
${
  images.traits.length > 0 &&
  table({
    caption: 'Special properties of some images, which decoding handles',
    columns: ['What', 'Images'],
    rows: images.traits.map(({ name, count: n }) => [name, count(n)]),
    numbers: [1],
  })
}`,
  };
}

function attributeSection({ attributes }: Inspection): Section | undefined {
  if (attributes.length === 0) return undefined;
  return {
    id: 'columns',
    title: 'Further columns',
    body: html`<p>Columns can select samples (<code>--data-train column=value</code>), keep images of one group in one split (<code>--data-split-by column</code>), and serve as classes in evaluation tasks.</p>${table(
      {
        caption: 'Columns and their most frequent values',
        columns: ['Column', 'Values', 'Images', 'Most frequent'],
        rows: attributes.map(({ name, distinct, samples, commonest }) => [
          name,
          count(distinct),
          count(samples),
          namedText(commonest, { limit: 5, of: distinct }),
        ]),
        numbers: [1, 2],
      },
    )}`,
  };
}

/** Rows in the table of problems; the terminal's JSON has all. */
const problemsShown = 100;

function problemSection({ problems, images }: Inspection): Section | undefined {
  const all = [
    ...problems.map(({ where, reason, warning }) => [where, reason, warning ? 'kept' : 'left out']),
    ...images.broken.map(({ id, reason }) => [id, reason, 'skipped when training']),
  ];
  if (all.length === 0) return undefined;
  return {
    id: 'problems',
    title: 'Problems',
    body: html`${table({
      caption: 'What is wrong, and where',
      columns: ['Where', 'What', 'Consequence'],
      rows: all.slice(0, problemsShown),
    })}${all.length > problemsShown && html`<p class="small">… and ${count(all.length - problemsShown)} more.</p>`}`,
  };
}

function next({ path }: Inspection): Section {
  return {
    id: 'next',
    title: 'What to do next',
    body: html`<pre class="commands">xclr data verify ${path}    # decode every image, list the broken ones
xclr data views ${path}     # see what training sees
xclr train --data ${path}</pre>`,
  };
}

/** The page as one HTML text. */
export function inspectionPage(
  data: Inspection,
  { words, shown, created }: { words: readonly number[]; shown: readonly ExampleImage[]; created: Date },
): string {
  const sheet: ContactSheet = {
    kicker: 'xclr data inspect',
    title: data.name,
    lead: `${plural(data.samples, 'image')} from ${data.path}: what they contain, what they look like, and what to check before training.`,
    created,
    sections: (images) => [
      summary(data),
      examples(shown, imageGrid(images, shown)),
      classSection(data),
      captionSection(data, words),
      imageSection(data),
      attributeSection(data),
      problemSection(data),
      next(data),
    ],
  };
  return renderContactSheet(sheet);
}
