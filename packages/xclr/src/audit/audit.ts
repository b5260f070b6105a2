// The audit of a data set's captions, labels and splits: every check, worst first, and what to leave out.

import type { ImageReader } from '../data/index.js';
import type { FeatureSet } from '../evaluate/index.js';
import { boilerplate } from './checks/boilerplate.js';
import { closeCaptions } from './checks/close-captions.js';
import { disagreements } from './checks/disagreements.js';
import { hubs } from './checks/hubs.js';
import { leakage } from './checks/leakage.js';
import { oddCaptions } from './checks/odd-captions.js';
import { sharedCaptions } from './checks/shared-captions.js';
import { uselessCaptions } from './checks/useless-captions.js';
import type { Audited, Finding } from './finding.js';

/** What an audit looks at. */
export interface AuditInput extends Audited {
  /** Features of a trained encoder: with them, images that look unlike their caption are found. */
  readonly features?: FeatureSet;
  /** Images at a small size (16 px): with them, near-duplicates across splits are found. */
  readonly images?: ImageReader;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A sample that training should leave out, and every reason for it. */
export interface Excluded {
  readonly index: number;
  /** Kinds of finding: 'odd-captions'. */
  readonly reasons: readonly string[];
}

/** The findings of an audit, and the samples that it would leave out. */
export interface AuditReport {
  /** In the order of the checks; those with a count of 0 say what was looked for and not found. */
  readonly findings: readonly Finding[];
  /** Ascending by sample. */
  readonly excluded: readonly Excluded[];
}

/** Runs every check that the input allows. Costs n² cosines of distinct captions; nothing is changed. */
export async function audit({ features, images, onProgress, ...audited }: AuditInput): Promise<AuditReport> {
  const findings = [
    sharedCaptions(audited),
    closeCaptions(audited),
    boilerplate(audited),
    uselessCaptions(audited),
    oddCaptions(audited),
    hubs(audited),
    ...(features === undefined ? [] : [disagreements(audited, features)]),
    ...(images === undefined ? [] : [await leakage(audited, images, onProgress)]),
  ];
  return { findings, excluded: excludedBy(findings) };
}

function excludedBy(findings: readonly Finding[]): Excluded[] {
  const reasons = new Map<number, string[]>();
  for (const { kind, exclude } of findings) {
    for (const index of exclude) reasons.set(index, [...(reasons.get(index) ?? []), kind]);
  }
  return [...reasons].map(([index, list]) => ({ index, reasons: list })).sort((a, b) => a.index - b.index);
}
