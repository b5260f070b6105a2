// WordNet's own words for a class: 'tabby: a cat with a grey or tawny coat mottled with black'.
import { UserError } from '../../util/errors.js';
import type { CaptionedSample } from '../caption-template.js';
import { shortened } from '../taxonomy/tree.js';
import { openWordNet, type WordNet } from './wordnet.js';

/**
 * A caption 'name: gloss' for each label. A class with several names ('tabby, tabby cat', the column `name` of ImageNet's
 * layouts, else the label itself) means the synset that has most of them; of several, WordNet's most frequent.
 * @throws {UserError} that lists the labels which WordNet does not know
 */
export function glossDescriptions(
  samples: readonly CaptionedSample[],
): ReadonlyMap<string, readonly string[]> {
  const wordNet = openWordNet();
  const found = new Map<string, readonly string[]>();
  const unknown = new Set<string>();
  for (const { label, attributes } of samples) {
    if (label === null || found.has(label) || unknown.has(label)) continue;
    const names = (attributes.name ?? label).split(',').map((name) => name.trim().replaceAll('_', ' '));
    const synset = synsetOf(names, wordNet);
    if (synset === undefined) unknown.add(label);
    else found.set(label, [`${names[0]}: ${wordNet.gloss(synset)}`]);
  }
  if (unknown.size > 0) {
    throw new UserError(
      `glosses: WordNet has no noun for the labels ${shortened([...unknown])}`,
      'Describe the classes in a table: --graph-descriptions FILE with rows of class,description.',
    );
  }
  return found;
}

function synsetOf(names: readonly string[], { lexicon, wordsOf }: WordNet): number | undefined {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const candidates = names.flatMap(
    (name) => lexicon.lookUp(name.toLowerCase().replaceAll(' ', '_'))?.synsets ?? [],
  );
  let best: { synset: number; shared: number } | undefined;
  for (const synset of candidates) {
    const shared = wordsOf(synset).filter((word) => wanted.has(word.toLowerCase())).length;
    if (best === undefined || shared > best.shared) best = { synset, shared };
  }
  return best?.synset;
}
