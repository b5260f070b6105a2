// What a person is asked before a settings file is written; in a pipe the first choice is taken.
import type { SentenceTransformerPlace, TextEncoderChoice } from '../train/choose-text-encoder.js';
import type { TextColumn } from './text-columns.js';

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Shown beside the label. */
  readonly hint?: string;
}

/** Asks a person; in a pipe there is none. */
export interface Asker {
  select<Value extends string>(
    question: string,
    options: readonly Option<Value>[],
    initial: Value,
  ): Promise<Value>;
  text(question: string, initial: string): Promise<string>;
}

/** Takes what is proposed, and asks nobody. */
export const unasked: Asker = {
  select: async (_question, _options, initial) => initial,
  text: async (_question, initial) => initial,
};

/** Stands for "a photo of a {class}" where columns can be chosen. */
export const byClass = '';

export async function askCaptionColumn(
  asker: Asker,
  {
    texts,
    byClasses,
    initial,
  }: { readonly texts: readonly TextColumn[]; readonly byClasses: boolean; readonly initial: string },
): Promise<string> {
  const options: Option<string>[] = texts.map(({ name, words, distinct }) => ({
    value: name,
    label: name,
    hint: `${words} words, ${Math.round(100 * distinct)} % distinct`,
  }));
  if (byClasses)
    options.push({ value: byClass, label: 'none of them', hint: 'captions are made of the class names' });
  if (options.length < 2) return initial;
  return asker.select('Which column describes the images?', options, initial);
}

export async function askTextEncoder(
  asker: Asker,
  proposed: TextEncoderChoice['encoder'],
  place: SentenceTransformerPlace['place'],
): Promise<TextEncoderChoice['encoder']> {
  const hints = {
    here: 'on this machine',
    'on the hub': 'downloads 90 MB once',
    'out of reach': 'the hub does not answer',
  };
  return asker.select(
    'What should compare the captions?',
    [
      {
        value: 'sentence-transformer' as const,
        label: 'sentence transformer, for sentences in English',
        hint: hints[place],
      },
      { value: 'wordnet' as const, label: 'WordNet, for English nouns', hint: 'needs no download' },
    ],
    proposed,
  );
}

/** How long to train, beside what fits the device and the data. */
export const lengths = { try: 0.1, usual: 1, long: 3 } as const;
export type Length = keyof typeof lengths;

export async function askLength(asker: Asker): Promise<Length> {
  return asker.select<Length>(
    'How long should it train?',
    [
      { value: 'usual', label: 'the usual length', hint: 'by the device and the number of images' },
      { value: 'try', label: 'a tenth of it', hint: 'to see that everything works' },
      { value: 'long', label: 'three times as long', hint: 'for the last bit of quality' },
    ],
    'usual',
  );
}
