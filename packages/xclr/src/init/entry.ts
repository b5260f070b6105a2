// One setting of a proposed file: its value, why it has that value, and what else would make sense.

/** Another choice for a setting, or a setting beside it that is left out. */
export interface OtherChoice {
  /** Where it is another setting than the one it stands below. */
  readonly key?: string;
  readonly value: unknown;
  readonly note?: string;
}

export interface Entry {
  /** Section and key, or a key alone: ['graph', 'encoder'], ['epochs']. */
  readonly path: readonly [string] | readonly [string, string];
  /** Undefined where the setting is left to its default, and only other choices are shown. */
  readonly value: unknown;
  /** One sentence: what it is, and why it has this value. */
  readonly note: string;
  readonly others?: readonly OtherChoice[];
}
