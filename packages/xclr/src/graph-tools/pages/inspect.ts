// The page of `xclr graph inspect`: the similarities of the graph, for a person to check.

import type { Dataset } from '../../data/index.js';
import { type BatchTargets, batchTargets, type SimilarityGraph, targetRemarks } from '../../graph/index.js';
import { heatMap, schemeStops } from '../../report/charts/heat-map.js';
import {
  facts,
  type Remark,
  remarks,
  renderContactSheet,
  valueHistogram,
} from '../../report/contact-sheet.js';
import { count, decimal, plural } from '../../report/format.js';
import { html, type Markup } from '../../report/html.js';
import { pairList, pairNames, pairsCss } from '../../report/image-pairs.js';
import type { ImageStore } from '../../report/image-store.js';
import { orderConcepts, reorder } from '../../report/index.js';
import { longText, wholeText } from '../../report/long-text.js';
import { Thumbnails } from '../../report/sample-thumbnails.js';
import { figure, type Section } from '../../report/sections/section.js';
import { permutation } from '../../util/random.js';
import { shorten } from '../../util/shorten.js';
import { type Level, levelsOf } from '../levels.js';
import { type Neighborhood, neighborhood } from '../neighbors.js';
import { type Overview, overviewOf } from '../overview.js';
import { sampledSquare } from '../pairs.js';

export interface InspectInput {
  readonly dataset: Dataset;
  readonly graph: SimilarityGraph;
  /** 'caption similarity by wordnet, τ_s 0.1'. */
  readonly description: string;
  /** The samples that train. */
  readonly training: Int32Array;
  /** Images a step. */
  readonly batch: number;
  readonly seed: number;
  /** Samples whose neighbors are shown; six chosen by the seed where none are named. */
  readonly of?: readonly number[] | undefined;
  readonly created: Date;
}

export interface Inspection {
  readonly overview: Overview;
  readonly targets: BatchTargets;
  readonly remarks: readonly Remark[];
  readonly page: string;
}

/** Samples compared pair by pair: half a million pairs. */
const compared = 1000;
/** Concepts on the heat map: its names can still be read. */
const mapped = 48;

/** Measures a graph, and makes the page that shows it. */
export async function inspectGraph(input: InspectInput): Promise<Inspection> {
  const { dataset, graph, training, batch, seed, description, created } = input;
  const square = sampledSquare(graph, training, { count: compared, seed });
  const overview = overviewOf(square);
  const targets = batchTargets(graph, training, { batch, seed });
  const caption = (sample: number) => dataset.samples[sample]!.captions.join(' | ');
  const levels = levelsOf(square, { each: 4, seed, same: (a, b) => caption(a) === caption(b) });
  const chosen =
    input.of ?? [...permutation(training.length, seed, 0x1005).slice(0, 6)].map((place) => training[place]!);
  const hoods = chosen.map((sample) => neighborhood(graph, sample, training, { k: 5, key: caption }));
  const thumbnails = new Thumbnails(dataset);
  await thumbnails.make(levels.flatMap(({ pairs }) => pairs.flatMap(({ a, b }) => [a, b])));
  await thumbnails.make(
    hoods.flatMap((hood) => [hood.sample, ...[...hood.nearest, ...hood.farthest].map(({ b }) => b)]),
  );
  const said = targetRemarks(overview.mean, targets);
  const page = renderContactSheet({
    kicker: 'xclr graph inspect',
    title: `What is similar in ${dataset.name}`,
    lead: `${description[0]!.toUpperCase()}${description.slice(1)}. Training draws two images together as much as this graph holds them similar. Check below whether you agree with it.`,
    created,
    css: pairsCss,
    sections: (images) => [
      overviewSection(input, overview, targets, said),
      mapSection(input),
      levelsSection(levels, overview, thumbnails, images),
      neighborsSection(hoods, thumbnails, images),
    ],
  });
  return { overview, targets, remarks: said, page };
}

function overviewSection(
  { graph, training, batch }: InspectInput,
  overview: Overview,
  targets: BatchTargets,
  said: readonly Remark[],
): Section {
  const [low, , middle, , high] = overview.quantiles;
  return {
    id: 'overview',
    title: 'The graph as a whole',
    body: html`${facts([
      { label: 'Training images', value: count(training.length), note: `graph of kind ${graph.name}` },
      {
        label: 'Mean similarity of two images',
        value: decimal(overview.mean, 2),
        note: `median ${decimal(middle, 2)}; 98 % lie between ${decimal(low, 2)} and ${decimal(high, 2)}`,
      },
      {
        label: 'Effective positives',
        value: decimal(targets.effectivePositives, 1),
        note: `of ${count(2 * targets.batch - 1)} other views in a batch of ${count(batch)} images; 1 is SimCLR`,
      },
      {
        label: 'Target on the true positive',
        value: `${Math.round(100 * targets.positiveMass)} %`,
        note: 'the other view of the same image',
      },
    ])}<div class="side">${remarks(said)}${figure(
      valueHistogram(overview.histogram, { label: 'similarity', counted: 'pairs' }),
      html`How similar two images are<span class="explanation">${count(overview.pairs)} pairs of ${plural(Math.min(compared, training.length), 'image')}</span>`,
    )}</div>`,
  };
}

/** A square of captions, ordered so that what is similar stands together. */
function mapSection({ dataset, graph, training, seed }: InspectInput): Section | undefined {
  const byCaption = new Map<string, number>();
  for (const place of permutation(training.length, seed, 0x3a9)) {
    const sample = training[place]!;
    const name = dataset.samples[sample]!.captions.join(' | ');
    if (!byCaption.has(name)) byCaption.set(name, sample);
    if (byCaption.size === mapped) break;
  }
  const samples = Int32Array.from(byCaption.values());
  if (samples.length < 3) return undefined;
  const { similarities } = sampledSquareInOrder(graph, samples);
  const n = samples.length;
  const matrix = Array.from({ length: n }, (_, i) => Array.from(similarities.subarray(i * n, (i + 1) * n)));
  const labels = Array.from(samples, (sample) => dataset.samples[sample]!.label);
  const few = new Set(labels).size <= 12 && !labels.includes(null);
  const groups = labels.map((label) => (few ? label! : ''));
  const order = orderConcepts(matrix, groups);
  const names = [...byCaption.keys()];
  const map = heatMap(
    reorder(matrix, order),
    order.map((i) => shorten(names[i]!, 40)),
    order.map((i) => groups[i]!),
    'Similarity in the graph',
  );
  return {
    id: 'map',
    title: 'Captions against each other',
    body: html`<div class="side"><div><p>${n} captions stand along both edges, ordered so that similar ones are neighbors. Bright squares along the diagonal are groups of images that training draws together.</p>
<details><summary>The captions, in the order of the map</summary><ol class="small numbered">${order.map((i) => html`<li>${longText(names[i]!, 120)}</li>`)}</ol></details></div>
${figure(map, html`Bright is similar<span class="bar" style="display: block; --stops: ${schemeStops().join(', ')}"></span>`)}</div>`,
  };
}

function sampledSquareInOrder(graph: SimilarityGraph, samples: Int32Array): { similarities: Float32Array } {
  using square = graph.similarities(samples); // (n, n)
  return { similarities: Float32Array.from(square.toArray() as Float32Array) };
}

function levelsSection(
  levels: readonly Level[],
  { pairs: total }: Overview,
  thumbnails: Thumbnails,
  images: ImageStore,
): Section {
  const fraction = (part: number) => {
    const percent = (100 * part) / total;
    return percent >= 0.1 ? `${decimal(percent, 1)} %` : `${count(part)} pairs`;
  };
  const said = (a: number, b: number, similarity: number): Markup =>
    html`<span class="at">${decimal(similarity, 2)}</span> ${pairNames(a, b, thumbnails)}`;
  return {
    id: 'levels',
    title: 'Examples at each level',
    body: html`<p>Pairs drawn at random from each level of similarity. Those at the top should look similar to you, and those at the bottom should not. If that is not so, improve the captions or choose another text encoder before a long training.</p>
${levels
  .filter(({ pairs }) => pairs.length > 0)
  .map(
    ({ from, to, count: part, pairs }) =>
      html`<h3>${decimal(from, 1)} to ${decimal(to, 1)} <span class="tag">${fraction(part)}</span></h3>${pairList(
        pairs.map(({ a, b, similarity }) => ({ a, b, said: said(a, b, similarity) })),
        thumbnails,
        images,
      )}`,
  )}`,
  };
}

function neighborsSection(
  hoods: readonly Neighborhood[],
  thumbnails: Thumbnails,
  images: ImageStore,
): Section {
  const list = (pairs: Neighborhood['nearest']) =>
    html`<ol>${pairs.map(
      ({ b, similarity }) =>
        html`<li>${images.plain(thumbnails.of(b))}<div><span class="at">${decimal(similarity, 2)}</span> ${longText(thumbnails.title(b), 48)}</div></li>`,
    )}</ol>`;
  return {
    id: 'neighbors',
    title: 'Most and least similar images',
    body: html`<p>For some images, those that the graph holds most and least similar to it. <code>--of ID</code> shows others.</p><div class="hoods">${hoods.map(
      (hood) =>
        html`<div class="card hood"><div class="own">${images.plain(thumbnails.of(hood.sample))}<div><h3>${shorten(thumbnails.title(hood.sample), 80)}</h3>${wholeText(thumbnails.title(hood.sample), 80)}</div></div><div class="lists"><div><h4>Most similar</h4>${list(hood.nearest)}</div><div><h4>Least similar</h4>${list(hood.farthest)}</div></div></div>`,
    )}</div>`,
  };
}
