// Settings that were given as flags: which they are, and lines for those that a proposal does not have by itself.
import { type GivenFlag, type TrainConfig, trainFlags } from '../train/config.js';
import type { Entry } from './entry.js';

/** 'encoder.name', 'epochs'. */
export function givenPaths(flags: readonly GivenFlag[]): ReadonlySet<string> {
  const named = new Set(flags.map(({ name }) => name));
  const flagsGiven = trainFlags.filter(
    ({ name, alias }) => named.has(name) || (alias !== undefined && named.has(alias)),
  );
  return new Set(flagsGiven.map(({ path }) => path.join('.')));
}

/** An entry for every section or key that was given and that `curated` lacks. */
export function furtherEntries(
  config: TrainConfig,
  given: ReadonlySet<string>,
  curated: readonly Entry[],
): Entry[] {
  const present = new Set(
    curated.filter(({ value }) => value !== undefined).map(({ path }) => path.join('.')),
  );
  const entries = new Map<string, Entry>();
  for (const flag of trainFlags) {
    if (!given.has(flag.path.join('.')) || flag.path.join('.') === 'resume') continue;
    const [section, key] = flag.path;
    const path = key === undefined ? ([section!] as const) : ([section!, key] as const);
    if (present.has(path.join('.'))) continue;
    const inSection: unknown = Reflect.get(config, section!);
    const value: unknown =
      key === undefined || typeof inSection !== 'object' || inSection === null
        ? inSection
        : Reflect.get(inSection, key);
    const note = `${flag.description.split(/[;:]|, e\.g\./)[0]!} (as asked).`;
    entries.set(path.join('.'), { path, value, note });
  }
  return [...entries.values()];
}
