// Everything that a proposal has decided, from which its lines are written.
import type { SentenceTransformerPlace, TextEncoderChoice } from '../train/choose-text-encoder.js';
import type { TrainConfig } from '../train/config.js';
import type { Look } from './look.js';
import type { TextColumn } from './text-columns.js';

export interface Decided {
  readonly look: Look;
  readonly config: TrainConfig;
  /** Why a setting was chosen: 'encoder.name' → 'for a CPU'. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly device: 'cpu' | 'cuda';
  /** False where the batch was not checked against the memory. */
  readonly memoryKnown: boolean;
  /** Settings that came from flags: 'encoder.name'. */
  readonly given: ReadonlySet<string>;
  /** Columns with texts that are not the captions. */
  readonly otherTexts: readonly TextColumn[];
  /** Whether the caption column was chosen here rather than found by its name. */
  readonly captionChosen: boolean;
  /** Absent where captions are not compared. */
  readonly textEncoder?: {
    readonly name: TextEncoderChoice['encoder'];
    readonly why: string;
    readonly place: SentenceTransformerPlace['place'];
  };
}

/** The reason of a setting: 'as asked' where a flag gave it. */
export function reasonOf({ given, reasons }: Decided, setting: string): string {
  return given.has(setting) ? 'as asked' : `chosen ${reasons.get(setting) ?? 'as usual'}`;
}
