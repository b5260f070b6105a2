// The page of `xclr graph calibrate`: what τ_s does to the targets, for batches of several sizes.

import type { Calibration } from '../../graph/index.js';
import { facts, lineChart, renderContactSheet, table } from '../../report/contact-sheet.js';
import { count, decimal } from '../../report/format.js';
import { html, type Markup } from '../../report/html.js';
import { figure, type Section } from '../../report/sections/section.js';

export interface CalibratePageInput {
  readonly data: string;
  /** Its path, for the command to run next. */
  readonly path: string;
  /** 'caption similarity by wordnet'. */
  readonly description: string;
  /** One a batch size, ascending. */
  readonly calibrations: readonly { readonly batch: number; readonly found: Calibration }[];
  /** The batch size that training will have. */
  readonly own: number;
  /** Wanted fraction of the target on views of the same caption. */
  readonly aim: number;
  readonly created: Date;
}

type Measure = 'sameCaptionMass' | 'positiveMass' | 'targetEntropy';

export function calibratePage(input: CalibratePageInput): string {
  const { data, description, created } = input;
  return renderContactSheet({
    kicker: 'xclr graph calibrate',
    title: `Which τ_s suits ${data}?`,
    lead: `${description[0]!.toUpperCase()}${description.slice(1)}. τ_s decides how sharply training separates very similar from somewhat similar images. With too low a value only near-copies count as similar; with too high a value everything does.`,
    created,
    sections: () => [proposal(input), curves(input), numbers(input)],
  });
}

function proposal({ calibrations, own, aim, path }: CalibratePageInput): Section {
  const { found } = calibrations.find(({ batch }) => batch === own)!;
  return {
    id: 'proposal',
    title: 'The proposal',
    body: html`${facts([
      {
        label: 'Proposed τ_s',
        value: String(found.targetTemperature),
        note: `for batches of ${count(own)} images`,
      },
      {
        label: 'Mean similarity of two images',
        value: decimal(found.meanOffPositive, 2),
        note: 'the higher it is, the lower τ_s has to be',
      },
      {
        label: 'Target on the same caption',
        value: `${Math.round(100 * found.sameCaptionMass)} %`,
        note: `the aim is ${Math.round(100 * aim)} % (--mass)`,
      },
      {
        label: 'Target entropy',
        value: `${decimal(found.targetEntropy, 2)} nats`,
        note: `equivalent to ${count(Math.round(Math.exp(found.targetEntropy)))} equally similar views; the loss cannot fall below it`,
      },
    ])}
<p>The paper’s 0.1 suits its own text encoder and batch size. <code>--graph-temperature auto</code> takes this proposal. To choose with certainty, train with a few values and compare them on a validation part.</p>
<pre class="commands">xclr train --data ${path} --graph-temperature ${String(found.targetTemperature)}</pre>`,
  };
}

function curves({ calibrations, own }: CalibratePageInput): Section {
  const { found } = calibrations.find(({ batch }) => batch === own)!;
  const mark = { x: found.targetTemperature, label: `proposed ${found.targetTemperature}` };
  // Batch sizes are an order: the larger, the stronger the color.
  const shade = (place: number) =>
    `color-mix(in oklab, var(--accent) ${Math.round(25 + (75 * place) / Math.max(1, calibrations.length - 1))}%, var(--quiet))`;
  const chart = (measure: Measure, y: string, range?: readonly [number, number]): Markup =>
    lineChart(
      calibrations.map(({ batch, found: { curve } }, place) => ({
        name: count(batch),
        color: shade(place),
        main: batch === own,
        points: curve.map((point) => ({ x: point.targetTemperature, y: point[measure] })),
      })),
      { x: 'τ_s', y, log: true, mark, ...(range !== undefined && { range }) },
    );
  return {
    id: 'curves',
    title: 'What τ_s does',
    body: html`<p>Each line is a batch size, in images; every image gives two views. Larger batches hold more images that are somewhat similar, and together these take more of the target.</p>
<div class="grid">${figure(
      chart('sameCaptionMass', 'fraction of the target', [0, 1]),
      html`On views with the very same caption<span class="explanation">Views of the same image, or of another with the same words.</span>`,
    )}${figure(
      chart('positiveMass', 'fraction of the target', [0, 1]),
      html`On the other view of the same image<span class="explanation">1 is SimCLR.</span>`,
    )}${figure(
      chart('targetEntropy', 'nats'),
      html`Entropy of the target<span class="explanation">e to this power is the number of views that an anchor is drawn to.</span>`,
    )}</div>`,
  };
}

function numbers({ calibrations, own }: CalibratePageInput): Section {
  return {
    id: 'numbers',
    title: 'Proposals by batch size',
    body: table({
      caption: 'τ_s for each batch size, and what it gives',
      columns: ['Batch', 'τ_s', 'On the same caption', 'On the other view', 'Target entropy'],
      numbers: [1, 2, 3, 4],
      rows: calibrations.map(({ batch, found }) => [
        `${count(batch)}${batch === own ? ' (yours)' : ''}`,
        String(found.targetTemperature),
        found.sameCaptionMass.toFixed(2),
        found.positiveMass.toFixed(2),
        found.targetEntropy.toFixed(2),
      ]),
    }),
  };
}
