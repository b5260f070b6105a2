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
    title: `Calibration of τ_s for ${data}`,
    lead: `${description[0]!.toUpperCase()}${description.slice(1)}. τ_s controls how strongly training separates very similar from somewhat similar images. If it is too low, only views of the same image count as positives; if it is too high, all images count as similar.`,
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
      { label: 'τ_s', value: String(found.targetTemperature), note: `for batches of ${count(own)} images` },
      {
        label: 'mean similarity of two images',
        value: decimal(found.meanOffPositive, 2),
        note: 'the higher it is, the lower τ_s must be',
      },
      {
        label: 'target on the same caption',
        value: `${Math.round(100 * found.sameCaptionMass)} %`,
        note: `the aim is ${Math.round(100 * aim)} % (--mass)`,
      },
      {
        label: 'target entropy',
        value: `${decimal(found.targetEntropy, 2)} nats`,
        note: `equivalent to ${count(Math.round(Math.exp(found.targetEntropy)))} equally similar views; the loss cannot fall below it`,
      },
    ])}
<p>The paper's 0.1 belongs to its text encoder and its batches. <code>--graph-temperature auto</code> uses this proposal. Compare a few values on a validation part before a long run.</p>
<pre class="commands">xclr train --data ${path} --graph-temperature ${String(found.targetTemperature)}</pre>`,
  };
}

function curves({ calibrations, own }: CalibratePageInput): Section {
  const { found } = calibrations.find(({ batch }) => batch === own)!;
  const mark = { x: found.targetTemperature, label: `proposed ${found.targetTemperature}` };
  const chart = (measure: Measure, y: string, range?: readonly [number, number]): Markup =>
    lineChart(
      calibrations.map(({ batch, found: { curve } }) => ({
        name: count(batch),
        main: batch === own,
        points: curve.map((point) => ({ x: point.targetTemperature, y: point[measure] })),
      })),
      { x: 'τ_s', y, log: true, mark, ...(range !== undefined && { range, nameAt: 0.4 }) },
    );
  return {
    id: 'curves',
    title: 'What τ_s does',
    body: html`<p>A line for each batch size (images; each gives two views). Larger batches contain more somewhat similar images, and these weigh more together.</p>
<div class="grid">${figure(
      chart('sameCaptionMass', 'fraction of the target', [0, 1]),
      html`On views with the same caption<span class="explanation">the true positives: of the same image, or of another image with the same caption</span>`,
    )}${figure(
      chart('positiveMass', 'fraction of the target', [0, 1]),
      html`On the other view of the same image<span class="explanation">1 is SimCLR</span>`,
    )}${figure(
      chart('targetEntropy', 'nats'),
      html`Entropy of the target<span class="explanation">e to this power is the effective number of positives</span>`,
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
