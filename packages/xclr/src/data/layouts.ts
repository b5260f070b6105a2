// Which layout a folder has, where several kinds of source recognize it: the one place where they compete.
//
// Each is read and its samples are counted. Captions come before class names; but a layout that leaves most images
// out is not taken for one that has them: a stray preview.png with preview.txt does not hide a set of class folders.
import { basename } from 'node:path';
import { UserError } from '../util/errors.js';
import { MissingColumn } from './tables/columns.js';
import type { DatasetOptions, Place, Problem, RawDataset, SourceKind } from './types.js';

/** A kind and what it read. */
export interface Reading {
  readonly kind: SourceKind;
  readonly raw: RawDataset;
}

interface Tried extends Reading {
  /** Fraction of all images that became samples. */
  readonly fraction: number;
}

type ReadOptions = DatasetOptions & { readonly template: string };

/** From this fraction of the images on, a layout is taken without regard to those that come after it. */
const nearlyAll = 0.9;
/** Below this fraction, a layout is taken for a stray file. */
const stray = 0.25;
/** A layout that has so much may take the place of a stray one. */
const most = 0.75;

async function attempt(kind: SourceKind, place: Place, options: ReadOptions): Promise<Reading | Error> {
  try {
    return { kind, raw: await kind.read(place, options) };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** The images of a reading: files, and those that lie inside others. */
function imagesOf({ raw }: Reading): { files: Set<string>; inside: number } {
  const files = new Set<string>();
  let inside = 0;
  for (const { image } of raw.samples) {
    if (image.part === undefined) files.add(image.path);
    else inside++;
  }
  return { files, inside };
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

function notice(place: Place, taken: Tried, others: readonly Tried[]): Problem[] {
  if (others.length === 0) return [];
  const also = others.map(
    ({ kind, fraction }) => `${kind.name} (--data-format ${kind.format}, ${percent(fraction)})`,
  );
  const reason = `read as ${taken.kind.name}, which has ${percent(taken.fraction)} of the images; it also looks like ${also.join(' and ')}`;
  return [{ where: basename(place.path), reason, warning: true }];
}

/** Tells which kinds failed, where another was taken instead. */
function failures(place: Place, failed: readonly { kind: SourceKind; error: Error }[]): Problem[] {
  return failed.map(({ kind, error }) => ({
    where: basename(place.path),
    reason: `was not read as ${kind.name}: ${error.message.split('\n')[0]!.replace(/^openDataset: /, '')}`,
    warning: true,
  }));
}

function refusal(place: Place, tried: readonly Tried[]): UserError {
  const choices = tried.map(
    ({ kind, fraction }) =>
      `  --data-format ${kind.format}: ${kind.name}, ${percent(fraction)} of the images`,
  );
  return new UserError(
    `openDataset: ${place.path} may be read in several ways, and none has nearly all of its images:\n${choices.join('\n')}`,
    'Choose one with --data-format, or move what does not belong to the data elsewhere.',
  );
}

/**
 * Reads a folder as the kind that fits it best.
 * @param kinds those that recognize it, the preferred first
 * @throws {UserError} where none can read it, or where two have a good claim
 */
export async function readAsOneOf(
  kinds: readonly SourceKind[],
  place: Place,
  options: ReadOptions,
): Promise<Reading> {
  const readings: Reading[] = [];
  const failed: { kind: SourceKind; error: Error }[] = [];
  for (const kind of kinds) {
    const tried = await attempt(kind, place, options);
    // A table with images and no captions is meant to be read: its fault is told, not worked around.
    if (tried instanceof Error && tried instanceof MissingColumn && tried.wanted !== 'image') throw tried;
    if (tried instanceof Error) failed.push({ kind, error: tried });
    else if (tried.raw.samples.length > 0) readings.push(tried);
  }
  const counts = readings.map(imagesOf);
  const loose = (await place.tree()).images.length;
  const total = loose + counts.reduce((sum, { inside }) => sum + inside, 0);
  const tried = readings.map((reading, i): Tried => {
    const { files, inside } = counts[i]!;
    return { ...reading, fraction: total === 0 ? 1 : (Math.min(files.size, loose) + inside) / total };
  });
  const [first] = tried;
  if (first === undefined) {
    const reading = await attempt(kinds[0]!, place, options);
    if (reading instanceof Error) throw reading;
    return reading;
  }
  const best = tried.reduce((a, b) => (b.fraction > a.fraction ? b : a));
  const taken =
    tried.length === 1 || first.fraction >= nearlyAll
      ? first
      : first.fraction < stray && best.fraction >= most
        ? best
        : undefined;
  if (taken === undefined) throw refusal(place, tried);
  const others = tried.filter((one) => one !== taken);
  const said = [...notice(place, taken, others), ...failures(place, failed)];
  return { kind: taken.kind, raw: { ...taken.raw, problems: [...said, ...taken.raw.problems] } };
}
