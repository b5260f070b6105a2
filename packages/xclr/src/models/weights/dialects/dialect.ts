// A dialect: what another library calls the tensors of one of our encoders.

export interface Dialect {
  /** For people: whose names these are. */
  readonly name: string;
  /** One of its names, by which a prefix before all of them is found. */
  readonly anchor: string;
  /** Its names of the tensors that make one of ours, joined along the first dimension; none for what it lacks. */
  readonly sources: (ours: string) => readonly string[];
  /** Added to variances by its batch norms, where that is another number than ours. */
  readonly batchNormEps?: number;
}

/** Names as they are. */
export function sameNames(name: string, anchor: string): Dialect {
  return { name, anchor, sources: (ours) => [ours] };
}

type Rule = readonly [pattern: RegExp, replacement: string];

/** The first rule whose pattern a whole name matches. */
export function renamed(rules: readonly Rule[]): (name: string) => string[] {
  return (name) => {
    for (const [pattern, replacement] of rules)
      if (pattern.test(name)) return [name.replace(pattern, replacement)];
    return [];
  };
}
