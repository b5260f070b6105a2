// The shortcuts of a plan's data: measured once for all methods, before any accuracy is shown, and kept beside the results.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Filter, openDataset } from '../data/index.js';
import { type ImageFacts, imageFacts } from '../evaluate/image-facts.js';
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
  /** sha256 of the settings and the file's format. */
  readonly settings: string;
  /** The data's, as in the cells. */
  readonly data: string;
  readonly label: string;
  readonly gallery: number;
  readonly queries: number;
  /** Always the class with the most gallery images. */
  readonly majority: number;
  readonly results: readonly ShortcutResult[];
  /** Samples that have a near-duplicate in the gallery, among the queries and those of the plan's tasks. */
  readonly duplicates: readonly number[];
  /** Images in which near-duplicates were looked for. */
  readonly compared: number;
  readonly threshold: number;
}

/** Raised where shortcuts.json holds something else than before, so that one of an older xclr is measured again. */
const format = 2;

/** Images of gallery and of queries that are read at most; of more, a seeded part. */
const mostRead = 5000;

function someOf(samples: Int32Array): Int32Array {
  const places = permutation(samples.length, 0, purpose.evaluation).slice(0, mostRead).sort();
  return Int32Array.from(places, (place) => samples[place]!);
}

interface ShortcutOptions {
  /** Where what was measured is kept. */
  readonly out: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly stop?: AbortSignal;
}

/**
 * Measures the shortcuts, or takes what is kept where settings and data are the same.
 * @returns null where the plan asks for none, and where `stop` came first
 */
export async function shortcutsOf(
  plan: Plan,
  states: ReadonlyMap<string, CellState>,
  { out, onProgress, stop }: ShortcutOptions,
): Promise<Shortcuts | null> {
  const asked = plan.shortcuts;
  if (asked === undefined) return null;
  const measured = (plan.tasks ?? []).flatMap((task) => ('queries' in task ? [task.queries] : []));
  const settings = sha256(JSON.stringify([format, asked, measured]));
  const path = join(out, 'shortcuts.json');
  const [made] = [...states.values()].flatMap((state) => (state.kind === 'done' ? [state.cell.data] : []));
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Shortcuts;
    if (kept.settings === settings && kept.data === made) return kept;
  }
  const stopped = () => stop?.aborted === true;
  if (stopped()) return null;
  const { config } = plan.cells[0]!;
  const dataset = await openDataset(config.data.path, datasetOptions(config));
  const { label } = asked;
  const chosen = (filter: Filter, role: string) => chooseSamples(dataset, filter, `shortcuts, ${role}`);
  const gallerySamples = someOf(chosen(asked.gallery, 'gallery'));
  const querySamples = someOf(chosen(asked.queries, 'queries'));
  // What the measures look at may be other images than those that the hints are tried on.
  const read = new Set([...gallerySamples, ...querySamples]);
  const others = new Set<number>();
  for (const filter of measured)
    for (const sample of chosen(filter, 'queries of the tasks')) if (!read.has(sample)) others.add(sample);
  const otherSamples = someOf(Int32Array.from(others).sort());
  const total = gallerySamples.length + querySamples.length + otherSamples.length;
  let before = 0;
  const factsOf = async (wanted: Int32Array): Promise<ImageFacts[]> => {
    const found = await imageFacts(dataset, wanted, (done) => onProgress(before + done, total), stop);
    before += wanted.length;
    return found;
  };
  const classed = async (wanted: Int32Array): Promise<ClassedFacts[]> =>
    (await factsOf(wanted)).flatMap((facts) => {
      const name = classOf(dataset.samples[facts.sample]!, label);
      return name === null ? [] : [{ ...facts, class: name }];
    });
  const gallery = await classed(gallerySamples);
  const queries = await classed(querySamples);
  const compared = [...queries, ...(await factsOf(otherSamples))];
  if (stopped()) return null;
  const found: Shortcuts = {
    settings,
    data: dataset.fingerprint,
    label,
    gallery: gallery.length,
    queries: queries.length,
    majority: majorityAccuracy(gallery, queries),
    results: shortcutAccuracies(gallery, queries, { k: asked.k }),
    duplicates: nearDuplicates(gallery, compared, asked.duplicates),
    compared: compared.length,
    threshold: asked.duplicates,
  };
  writeFileAtomic(path, `${JSON.stringify(found, null, 1)}\n`);
  return found;
}
