// The shortcuts of a plan's data: measured once for all methods, before any accuracy is shown, and kept beside the results.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../data/index.js';
import { imageFacts } from '../evaluate/image-facts.js';
import { chooseSamples, classOf } from '../evaluate/index.js';
import {
  type ClassedFacts,
  majorityAccuracy,
  nearDuplicates,
  type ShortcutResult,
  shortcutAccuracies,
} from '../evaluate/shortcuts.js';
import { datasetOptions } from '../train/dataset-options.js';
import { sha256 } from '../util/checksum.js';
import { writeFileAtomic } from '../util/files.js';
import { permutation, purpose } from '../util/random.js';
import type { Plan } from './plan.js';
import type { CellState } from './run-plan.js';

/** What is stored in shortcuts.json. */
export interface Shortcuts {
  /** sha256 of the settings. */
  readonly settings: string;
  /** The data's, as in the cells. */
  readonly data: string;
  readonly label: string;
  readonly gallery: number;
  readonly queries: number;
  /** Always the class with the most gallery images. */
  readonly majority: number;
  readonly results: readonly ShortcutResult[];
  /** Samples among the queries that have a near-duplicate in the gallery. */
  readonly duplicates: readonly number[];
  readonly threshold: number;
}

/** Images of gallery and of queries that are read at most; of more, a seeded part. */
const mostRead = 5000;

/** Measures the shortcuts, or takes what is kept where settings and data are the same; null where the plan asks for none. */
export async function shortcutsOf(
  plan: Plan,
  states: ReadonlyMap<string, CellState>,
  out: string,
  onProgress: (done: number, total: number) => void,
): Promise<Shortcuts | null> {
  const asked = plan.shortcuts;
  if (asked === undefined) return null;
  const settings = sha256(JSON.stringify(asked));
  const path = join(out, 'shortcuts.json');
  const [made] = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell.data] : []));
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Shortcuts;
    if (kept.settings === settings && kept.data === made) return kept;
  }
  const { config } = plan.cells[0]!;
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const { label } = asked;
  const part = (role: 'gallery' | 'queries') => {
    const all = chooseSamples(dataset, asked[role], `shortcuts, ${role}`);
    const order = permutation(all.length, 0, purpose.evaluation).slice(0, mostRead).sort();
    return order.map((place) => all[place]!);
  };
  const [gallerySamples, querySamples] = [part('gallery'), part('queries')];
  const total = gallerySamples.length + querySamples.length;
  const classed = async (wanted: Int32Array, before: number): Promise<ClassedFacts[]> =>
    (await imageFacts(dataset, wanted, (done) => onProgress(before + done, total))).flatMap((facts) => {
      const name = classOf(dataset.samples[facts.sample]!, label);
      return name === null ? [] : [{ ...facts, class: name }];
    });
  const gallery = await classed(gallerySamples, 0);
  const queries = await classed(querySamples, gallerySamples.length);
  const found: Shortcuts = {
    settings,
    data: dataset.fingerprint,
    label,
    gallery: gallery.length,
    queries: queries.length,
    majority: majorityAccuracy(gallery, queries),
    results: shortcutAccuracies(gallery, queries, { k: asked.k }),
    duplicates: nearDuplicates(gallery, queries, asked.duplicates),
    threshold: asked.duplicates,
  };
  writeFileAtomic(path, `${JSON.stringify(found, null, 1)}\n`);
  return found;
}
