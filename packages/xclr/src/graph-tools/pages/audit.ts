// The page of `xclr graph audit`: every kind of fault with examples, what it does, and what to do.

import type { AuditReport, Finding } from '../../audit/index.js';
import type { Dataset } from '../../data/index.js';
import { facts, renderContactSheet } from '../../report/contact-sheet.js';
import { count, decimal, plural } from '../../report/format.js';
import { html, type Markup } from '../../report/html.js';
import { imagesAndText, pairsCss } from '../../report/image-pairs.js';
import type { ImageStore } from '../../report/image-store.js';
import { foldable } from '../../report/long-text.js';
import { Thumbnails } from '../../report/sample-thumbnails.js';
import type { Section } from '../../report/sections/section.js';
import { shorten, shortenQuotes } from '../../util/shorten.js';

export interface AuditPageInput {
  readonly dataset: Dataset;
  readonly report: AuditReport;
  /** What said how similar captions are. */
  readonly description: string;
  /** The list that training can leave out. */
  readonly excludeFile: string;
  readonly created: Date;
}

/** Makes one self-contained page. */
export async function auditPage(input: AuditPageInput): Promise<string> {
  const { dataset, report, description, created } = input;
  const thumbnails = new Thumbnails(dataset);
  await thumbnails.make(
    report.findings.flatMap(({ examples }) => examples.flatMap(({ samples }) => samples)),
  );
  return renderContactSheet({
    kicker: 'xclr graph audit',
    title: `What is wrong with ${dataset.name}`,
    lead: `Captions, labels and splits of ${plural(dataset.samples.length, 'image')}, as ${description} sees them. Each finding names images that deserve a look; not every one is a fault.`,
    created,
    css: pairsCss,
    sections: (images) => [
      summarySection(input),
      ...report.findings
        .filter((finding) => finding.count > 0)
        .map((finding) => findingSection(finding, thumbnails, images)),
      cleanSection(report.findings),
    ],
  });
}

function summarySection({ report, dataset, excludeFile }: AuditPageInput): Section {
  const { findings, excluded } = report;
  return {
    id: 'summary',
    title: 'In short',
    body: html`${facts([
      {
        label: 'Kinds of fault found',
        value: `${findings.filter((one) => one.count > 0).length} of ${findings.length} looked for`,
      },
      {
        label: 'Images better left out',
        value: count(excluded.length),
        note: `${decimal((100 * excluded.length) / dataset.samples.length, 1)} % of the data`,
      },
    ])}${
      excluded.length > 0 &&
      html`<p>Look at the examples below. This command then trains without these images:</p><pre class="commands">xclr train --data … --data-exclude ${excludeFile}</pre>`
    }`,
  };
}

function findingSection(finding: Finding, thumbnails: Thumbnails, images: ImageStore): Section {
  const { kind, title, unit, why, remedy, examples, exclude } = finding;
  const example = ({ text, samples, score }: Finding['examples'][number]): Markup =>
    imagesAndText(
      samples.slice(0, 2),
      html`${
        score !== undefined &&
        html`<span class="at">${Number.isInteger(score) ? count(score) : decimal(score, 2)}</span> `
      }${foldable(shorten(shortenQuotes(text, 60), 220), text)}`,
      thumbnails,
      images,
    );
  return {
    id: kind,
    title: `${title}: ${count(finding.count)}`,
    body: html`<p>${plural(finding.count, unit)}. ${why}</p><p><strong>→ ${remedy}</strong>${
      exclude.length > 0 && html` ${plural(exclude.length, 'image')} on the list of images to leave out.`
    }</p><ul class="pairs">${examples.slice(0, 12).map(example)}</ul>`,
  };
}

function cleanSection(findings: readonly Finding[]): Section | undefined {
  const clean = findings.filter((one) => one.count === 0);
  if (clean.length === 0) return undefined;
  return {
    id: 'clean',
    title: 'Checked and not found',
    body: html`<ul class="findings">${clean.map(({ title }) => html`<li>${title}</li>`)}</ul>`,
  };
}
