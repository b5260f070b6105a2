// What lies at the places that were given: run folders, comparisons, indexes, embeddings, audits.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceSummary } from './wire.js';

/** How far below a place runs are looked for: comparisons keep theirs in out/runs/NAME. */
const deepest = 3;
/** Folders that hold no runs and may hold very many files. */
const passed = new Set(['node_modules', 'checkpoints', 'features', 'snapshots', '.git', '.cache']);
/** Folders that are looked into at each place; a photo archive has many more, and no runs. */
const mostFolders = 2000;

export interface Found {
  /** Absolute folders with a config.json or a metrics.jsonl. */
  readonly runs: readonly string[];
  readonly sources: readonly { readonly kind: SourceSummary['kind']; readonly path: string }[];
  /** Places that hold nothing of these. */
  readonly nothing: readonly { readonly path: string; readonly problem: string }[];
}

interface Level {
  readonly folder: string;
  readonly depth: number;
}

async function lookInto(
  place: string,
  runs: string[],
  sources: { kind: SourceSummary['kind']; path: string }[],
) {
  const waiting: Level[] = [{ folder: place, depth: 0 }];
  for (let looked = 0; waiting.length > 0 && looked < mostFolders; looked++) {
    const { folder, depth } = waiting.shift()!;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.map(({ name }) => name));
    if (
      names.has('metrics.jsonl') ||
      (names.has('config.json') && (names.has('.lock') || names.has('checkpoints')))
    ) {
      runs.push(folder);
      continue;
    }
    if (names.has('comparison.json')) sources.push({ kind: 'comparison', path: folder });
    if (names.has('index.json')) {
      sources.push({ kind: 'index', path: folder });
      continue;
    }
    for (const { name } of entries) {
      if (name.endsWith('.parquet')) sources.push({ kind: 'embeddings', path: join(folder, name) });
      if (name === 'audit.jsonl') sources.push({ kind: 'audit', path: join(folder, name) });
    }
    if (depth === deepest) continue;
    for (const entry of entries) {
      if (entry.isDirectory() && !passed.has(entry.name))
        waiting.push({ folder: join(folder, entry.name), depth: depth + 1 });
    }
  }
}

/** @param places absolute */
export async function findRuns(places: readonly string[]): Promise<Found> {
  const runs: string[] = [];
  const sources: { kind: SourceSummary['kind']; path: string }[] = [];
  const nothing: { path: string; problem: string }[] = [];
  for (const place of places) {
    const before = runs.length + sources.length;
    const found = await stat(place).catch(() => null);
    if (found === null) nothing.push({ path: place, problem: 'there is nothing at this path' });
    else if (found.isDirectory()) {
      await lookInto(place, runs, sources);
      if (runs.length + sources.length === before)
        nothing.push({ path: place, problem: 'it holds no run, comparison, index or embeddings yet' });
    } else if (/\.(parquet|npy)$/.test(place)) sources.push({ kind: 'embeddings', path: place });
    else if (place.endsWith('.jsonl')) sources.push({ kind: 'audit', path: place });
    else nothing.push({ path: place, problem: 'it is neither a folder nor a file of embeddings' });
  }
  const seen = new Set<string>();
  return {
    runs: [...new Set(runs)],
    sources: sources.filter(({ path }) => !seen.has(path) && seen.add(path) !== undefined),
    nothing,
  };
}
