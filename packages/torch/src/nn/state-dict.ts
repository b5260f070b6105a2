// Copying one state dict into another, with a report of every name that does not fit.
import { noGrad } from '../autograd.js';
import { isFloating } from '../dtype.js';
import type { Tensor } from '../tensor.js';

export interface LoadOptions {
  /** Throw if any name is missing, unexpected or of another size. Default true. */
  strict?: boolean;
}

export interface SizeMismatch {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

export interface LoadReport {
  /** Names the module has and the state has not; they keep their values. */
  readonly missing: readonly string[];
  /** Names the state has and the module has not. */
  readonly unexpected: readonly string[];
  /** Names whose shape, or kind of dtype (floating or integer), differs; they keep their values. */
  readonly sizeMismatch: readonly SizeMismatch[];
}

const SHOWN = 10;

const describe = (tensor: Tensor) => `${tensor.dtype} (${tensor.shape.join(', ')})`;

const fits = (target: Tensor, source: Tensor) =>
  isFloating(target.dtype) === isFloating(source.dtype) &&
  target.ndim === source.ndim &&
  target.shape.every((extent, dim) => extent === source.shape[dim]);

function section(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const rest = entries.length - SHOWN;
  const shown = entries.slice(0, SHOWN).map((entry) => `    ${entry}`);
  return [`  ${entries.length} ${title}:`, ...shown, ...(rest > 0 ? [`    … and ${rest} more`] : [])];
}

/** The report as the lines of an error: counts, then the first ten names of each kind. */
function explainMismatches({ missing, unexpected, sizeMismatch }: LoadReport): string {
  const shapes = sizeMismatch.map(({ name, expected, got }) => `${name}: expected ${expected}, got ${got}`);
  return [
    'loadStateDict: the state does not match the module.',
    ...section('missing (in the module, not in the state)', missing),
    ...section('unexpected (in the state, not in the module)', unexpected),
    ...section('size mismatch', shapes),
    'Load it into the architecture it was saved from, or pass { strict: false } to load what matches.',
  ].join('\n');
}

/** Copies `source` into `target`, name by name. Strict: all or nothing. */
export function loadInto(
  target: ReadonlyMap<string, Tensor>,
  source: ReadonlyMap<string, Tensor>,
  { strict = true }: LoadOptions,
): LoadReport {
  const missing: string[] = [];
  const sizeMismatch: SizeMismatch[] = [];
  const pairs: [Tensor, Tensor][] = [];
  for (const [name, own] of target) {
    const other = source.get(name);
    if (other === undefined) missing.push(name);
    else if (fits(own, other)) pairs.push([own, other]);
    else sizeMismatch.push({ name, expected: describe(own), got: describe(other) });
  }
  const unexpected = [...source.keys()].filter((name) => !target.has(name));
  const report = { missing, unexpected, sizeMismatch };
  if (strict && missing.length + unexpected.length + sizeMismatch.length > 0)
    throw new Error(explainMismatches(report));
  noGrad(() => {
    for (const [own, other] of pairs) own.copy_(other);
  });
  return report;
}
