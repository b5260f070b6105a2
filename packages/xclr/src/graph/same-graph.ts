// Graphs that know only "the same" and "not the same": SimCLR's and SupCon's.
import { type Device, scoped, type Tensor, tensor, zeros } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import type { RowRange } from '../util/row-range.js';
import { type GraphRows, pick, type SimilarityGraph } from './similarity-graph.js';

/** Samples are similar where their codes are equal, and never else. */
class SameGraph implements SimilarityGraph {
  readonly name: string;
  readonly #codeOf: Int32Array;
  readonly #device: Device;

  constructor(name: string, codeOf: Int32Array, device: Device) {
    this.name = name;
    this.#codeOf = codeOf;
    this.#device = device;
  }

  #codes(ids: Int32Array): Tensor {
    return tensor(pick(`${this.name} graph`, this.#codeOf, ids), { device: this.#device }); // (n)
  }

  #equal(ids: Int32Array): Tensor {
    const codes = this.#codes(ids); // (n)
    return codes.unsqueeze(1).eq(codes.unsqueeze(0)); // (n, n)
  }

  /** 0 where the same, −∞ elsewhere: the target spreads evenly over the positives, whatever τ_s. */
  logits(ids: Int32Array): Tensor {
    return scoped(() => {
      return this.#logitsOf(this.#equal(ids)); // (n, n)
    });
  }

  #logitsOf(equal: Tensor): Tensor {
    const empty = zeros([...equal.shape], { dtype: 'float32', device: this.#device });
    return empty.maskedFill_(equal.logicalNot(), Number.NEGATIVE_INFINITY);
  }

  rows(ids: Int32Array): GraphRows {
    const codes = this.#codes(ids); // (n)
    const equal = ({ start, end }: RowRange) =>
      codes
        .narrow(0, start, end - start)
        .unsqueeze(1)
        .eq(codes.unsqueeze(0)); // (rows, n)
    return {
      logits: (rows) => scoped(() => this.#logitsOf(equal(rows))),
      similarities: (rows) => scoped(() => equal(rows).to({ dtype: 'float32' })),
    };
  }

  similarities(ids: Int32Array): Tensor {
    return scoped(() => this.#equal(ids).to({ dtype: 'float32' }));
  }

  [Symbol.dispose](): void {}
}

/** SimCLR: only views of one sample are similar. */
export function identityGraph(
  samples: number,
  { device = 'cpu' }: { device?: Device } = {},
): SimilarityGraph {
  return new SameGraph(
    'identity',
    Int32Array.from({ length: samples }, (_, i) => i),
    device,
  );
}

/**
 * A number for each sample's label, from 0 in order of appearance. Samples without a label get numbers of their
 * own, so that they are similar to nothing but themselves.
 */
export function labelCodes(labels: readonly (string | null)[]): {
  codes: Int32Array;
  names: readonly string[];
} {
  const numbers = new Map<string, number>();
  for (const label of labels) if (label !== null && !numbers.has(label)) numbers.set(label, numbers.size);
  let next = numbers.size;
  const codes = Int32Array.from(labels, (label) => (label === null ? next++ : numbers.get(label)!));
  return { codes, names: [...numbers.keys()] };
}

/** SupCon: samples of one label are similar. */
export function labelGraph(
  labels: readonly (string | null)[],
  { device = 'cpu' }: { device?: Device } = {},
): SimilarityGraph {
  if (labels.every((label) => label === null)) {
    throw new UserError(
      'labelGraph: at least some samples must have a label, got none',
      'Name the label column of the manifest, or use class folders; the methods `simclr` and `xclr` need no labels.',
    );
  }
  return new SameGraph('labels', labelCodes(labels).codes, device);
}
