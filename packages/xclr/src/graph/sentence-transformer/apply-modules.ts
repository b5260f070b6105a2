// The numbers behind pooling, dense layers and normalization, in plain loops: cheap beside the transformer.
import { UserError } from '../../util/errors.js';
import type { PoolingMode, SentenceModule } from './modules.js';

/** A batch of vectors, row-major. */
export interface Rows {
  values: Float32Array;
  width: number;
}

/** A transformer's output for a batch: (batch, tokens, width), and (batch, tokens) 1 where a token is real. */
export interface TokenVectors {
  readonly values: Float32Array;
  readonly batch: number;
  readonly tokens: number;
  readonly width: number;
  readonly mask: Uint8Array;
}

interface OneText {
  readonly row: number;
  /** Tokens at the start that do not count: the prompt's. */
  readonly skip: number;
}

/** One text's vector under one mode, into `out` (width), which holds zeros. */
function poolOne(from: TokenVectors, { row, skip }: OneText, mode: PoolingMode, out: Float32Array): void {
  const { values, tokens, width, mask } = from;
  const real = Array.from({ length: tokens }, (_, t) => t).filter(
    (t) => t >= skip && mask[row * tokens + t] === 1,
  );
  const at = (t: number) => (row * tokens + t) * width;
  const [first = 0] = real;
  const single = mode === 'cls' ? first : mode === 'lasttoken' ? (real.at(-1) ?? 0) : null;
  if (mode === 'lasttoken' && real.length === 0) return; // zeros, as in sentence-transformers
  if (single !== null) {
    out.set(values.subarray(at(single), at(single) + width));
    return;
  }
  if (mode === 'max') {
    out.fill(Number.NEGATIVE_INFINITY);
    for (const t of real) for (let i = 0; i < width; i++) out[i] = Math.max(out[i]!, values[at(t) + i]!);
    return;
  }
  let total = 0;
  const sums = new Float64Array(width);
  for (const t of real) {
    const weight = mode === 'weightedmean' ? t + 1 : 1;
    total += weight;
    for (let i = 0; i < width; i++) sums[i]! += weight * values[at(t) + i]!;
  }
  const divisor = mode === 'mean_sqrt_len' ? Math.sqrt(total) : total;
  for (let i = 0; i < width; i++) out[i] = sums[i]! / Math.max(divisor, 1e-9);
}

/** @param skip tokens at the start of every text that do not count @internal */
export function pool(from: TokenVectors, modes: readonly PoolingMode[], skip = 0): Rows {
  const width = from.width * modes.length;
  const values = new Float32Array(from.batch * width);
  for (let row = 0; row < from.batch; row++) {
    modes.forEach((mode, m) => {
      const start = row * width + m * from.width;
      poolOne(from, { row, skip }, mode, values.subarray(start, start + from.width));
    });
  }
  return { values, width };
}

/** erf to 1.2e-7 (Numerical Recipes' erfcc): exact GELU, as PyTorch's default. */
function erf(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const series = [
    1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const sum = series.reduceRight((rest, c) => c + t * rest, 0);
  const tail = t * Math.exp(-x * x - 1.26551223 + t * sum);
  return x >= 0 ? 1 - tail : tail - 1;
}

const ACTIVATIONS = {
  identity: (x: number) => x,
  tanh: Math.tanh,
  relu: (x: number) => Math.max(x, 0),
  gelu: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
} as const;

function dense(rows: Rows, layer: Extract<SentenceModule, { kind: 'dense' }>): Rows {
  const { inputs, outputs, weight, bias, activation } = layer;
  if (rows.width !== inputs) {
    throw new UserError(
      `sentence transformer: its dense layer takes ${inputs} numbers, the layer before gives ${rows.width}`,
    );
  }
  const batch = rows.values.length / inputs;
  const values = new Float32Array(batch * outputs);
  const f = ACTIVATIONS[activation];
  for (let row = 0; row < batch; row++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias?.[o] ?? 0;
      for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i]! * rows.values[row * inputs + i]!;
      values[row * outputs + o] = f(sum);
    }
  }
  return { values, width: outputs };
}

/** Divides every row by its length, in place. */
export function normalizeRows({ values, width }: Rows): void {
  for (let start = 0; start < values.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += values[i]! * values[i]!;
    const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
    for (let i = start; i < start + width; i++) values[i]! *= scale;
  }
}

/**
 * Runs a model's modules over a batch. Rows come out unit even if the model's own list does not end so.
 * @param promptTokens length of the prompt that begins every text
 */
export function applyModules(
  tokens: TokenVectors,
  modules: readonly SentenceModule[],
  promptTokens = 0,
): Rows {
  let rows: Rows | null = null;
  for (const module of modules) {
    if (module.kind === 'pooling') rows = pool(tokens, module.modes, module.excludePrompt ? promptTokens : 0);
    else if (rows === null)
      throw new UserError('sentence transformer: modules.json must have Pooling before other layers');
    else if (module.kind === 'dense') rows = dense(rows, module);
    else normalizeRows(rows);
  }
  if (rows === null) throw new UserError('sentence transformer: modules.json must have a Pooling layer');
  normalizeRows(rows);
  return rows;
}
