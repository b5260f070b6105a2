// Which of a source's samples are used, and in which split: some classes only, a part held out, less to train on.

import { sha256 } from '../util/checksum.js';
import { UserError } from '../util/errors.js';
import { idsIn } from './exclude.js';
import { selectSamples } from './filter.js';
import { splitByHash } from './split.js';
import type { Dataset, Filter, Narrowing, Sample, Split } from './types.js';

/** The data set as it was asked for. What it is narrowed to is part of the fingerprint. */
export function narrowed(dataset: Dataset, narrowing: Narrowing): Dataset {
  const { holdOut = 0, fraction = 1, fractionSeed = 0 } = narrowing;
  const only = withLists(narrowing.only ?? {});
  if (Object.keys(only).length === 0 && holdOut === 0 && fraction === 1) return dataset;
  const chosen = Array.from(selectSamples(dataset, only), (i) => dataset.samples[i]!);
  if (chosen.length === 0) {
    throw new UserError(
      `openDataset: "only" selects no sample of ${dataset.name}`,
      `The filter is ${JSON.stringify(narrowing.only ?? {})}; \`xclr data inspect\` shows which values the data have.`,
    );
  }
  const samples = kept(heldOut(chosen, holdOut), fraction, fractionSeed);
  const what = JSON.stringify([
    dataset.fingerprint,
    only,
    holdOut,
    fraction,
    fraction === 1 ? 0 : fractionSeed,
  ]);
  return { ...dataset, samples, fingerprint: sha256(what) };
}

/** `id=@list.jsonl` stands for the ids in that file. */
function withLists(only: Filter): Filter {
  const { id } = only;
  if (typeof id !== 'string' || !id.startsWith('@')) return only;
  const ids = [...idsIn(id.slice(1), 'only')];
  if (ids.length > 0) return { ...only, id: ids };
  throw new UserError(
    `openDataset: only names ${id.slice(1)}, which holds no ids`,
    'Each line must be a JSON object with an id: {"id": "cats/3.jpg"}.',
  );
}

function heldOut(samples: readonly Sample[], fraction: number): readonly Sample[] {
  if (fraction === 0) return samples;
  const present = new Set(samples.map(({ split }) => split));
  if (!present.has('train')) {
    throw new UserError(
      'openDataset: --data-hold-out needs a training split, and the data have none',
      'Leave it out, or name the splits in the data.',
    );
  }
  const promote = present.has('validation') && !present.has('test');
  if (present.has('validation') && !promote) {
    throw new UserError(
      'openDataset: --data-hold-out makes a validation split, and the data already have a validation and a test split',
      'Leave it out.',
    );
  }
  const fractions = { train: 1 - fraction, validation: fraction, test: 0 };
  return samples.map((sample) => {
    if (sample.split === 'validation') return inSplit(sample, 'test');
    return sample.split === 'train' ? inSplit(sample, splitByHash(sample.id, fractions)) : sample;
  });
}

/** A large table's samples read their fields when asked, so that they are named here rather than spread. */
function inSplit({ id, image, captions, label, attributes }: Sample, split: Split): Sample {
  return { id, image, captions, label, split, attributes };
}

/** Of each class (of all, where there are no labels) the first of its training samples in the order of a hash; at least one. */
function kept(samples: readonly Sample[], fraction: number, seed: number): readonly Sample[] {
  if (fraction === 1) return samples;
  const classes = new Map<string | null, { sample: Sample; rank: string }[]>();
  for (const sample of samples) {
    if (sample.split !== 'train') continue;
    const list = classes.get(sample.label) ?? [];
    if (list.length === 0) classes.set(sample.label, list);
    list.push({ sample, rank: sha256(`${seed}:${sample.id}`) });
  }
  const chosen = new Set<Sample>();
  for (const list of classes.values()) {
    list.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    for (const { sample } of list.slice(0, Math.max(1, Math.round(fraction * list.length))))
      chosen.add(sample);
  }
  return samples.filter((sample) => sample.split !== 'train' || chosen.has(sample));
}
