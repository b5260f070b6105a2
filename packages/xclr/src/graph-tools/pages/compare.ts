// The page of `xclr graph compare`: two graphs over the same data, and the pairs on which they part.

import type { Dataset } from '../../data/index.js';
import { density, facts, renderContactSheet } from '../../report/contact-sheet.js';
import { count, decimal } from '../../report/format.js';
import { html } from '../../report/html.js';
import { pairList, pairNames, pairsCss } from '../../report/image-pairs.js';
import type { ImageStore } from '../../report/image-store.js';
import { Thumbnails } from '../../report/sample-thumbnails.js';
import { figure, type Section } from '../../report/sections/section.js';
import type { Disagreement, GraphComparison } from '../compare.js';

export interface ComparePageInput {
  readonly dataset: Dataset;
  readonly comparison: GraphComparison;
  readonly first: string;
  readonly second: string;
  readonly created: Date;
}

export async function comparePage({
  dataset,
  comparison,
  first,
  second,
  created,
}: ComparePageInput): Promise<string> {
  const thumbnails = new Thumbnails(dataset);
  const { moreInFirst, moreInSecond, pairs, rankCorrelation, values } = comparison;
  await thumbnails.make([...moreInFirst, ...moreInSecond].flatMap(({ a, b }) => [a, b]));
  const part = (
    id: string,
    title: string,
    list: readonly Disagreement[],
    images: ImageStore,
  ): Section | undefined =>
    list.length === 0
      ? undefined
      : {
          id,
          title,
          body: pairList(
            list.map((one) => ({ a: one.a, b: one.b, said: said(one, thumbnails) })),
            thumbnails,
            images,
          ),
        };
  return renderContactSheet({
    kicker: 'xclr graph compare',
    title: `Two graphs of ${dataset.name}`,
    lead: 'Training draws two images together as much as its graph holds them similar. The pairs below are those on which the two graphs differ most: compare their images with what each graph says.',
    created,
    css: pairsCss,
    sections: (images) => [
      {
        id: 'agreement',
        title: 'How far they agree',
        body: html`${facts([
          {
            label: 'Rank correlation',
            value: Number.isNaN(rankCorrelation) ? 'undefined' : decimal(rankCorrelation, 2),
            note: Number.isNaN(rankCorrelation)
              ? 'One graph holds all pairs equally similar, so there is no order to compare.'
              : 'Spearman’s: 1 is the same order of all pairs, 0 is nothing in common',
          },
          { label: 'Pairs compared', value: count(pairs), note: 'all pairs of images drawn by the seed' },
        ])}<div class="side"><dl class="settings wide"><div><dt>The first graph</dt><dd>${first}</dd></div><div><dt>The second graph</dt><dd>${second}</dd></div></dl>${figure(
          density(values[0], values[1], {
            x: 'similarity in the first',
            y: 'similarity in the second',
            title: `Similarities of ${count(pairs)} pairs in both graphs.`,
          }),
          html`Every pair of images<span class="explanation">The darker a cell, the more pairs (on a logarithmic scale).</span>`,
        )}</div>`,
      },
      part('first', 'More similar in the first', moreInFirst, images),
      part('second', 'More similar in the second', moreInSecond, images),
    ],
  });
}

function said({ a, b, first, second, firstRank, secondRank }: Disagreement, thumbnails: Thumbnails) {
  const place = (rank: number) => `above ${Math.round(100 * rank)} % of the pairs`;
  return html`${pairNames(a, b, thumbnails)}<div>First: <span class="at">${decimal(first, 2)}</span>, ${place(firstRank)}.</div><div>Second: <span class="at">${decimal(second, 2)}</span>, ${place(secondRank)}.</div>`;
}
