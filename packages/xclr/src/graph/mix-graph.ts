// A weighted mean of graphs' similarities.
import { scoped, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';
import {
  checkTargetTemperature,
  type GraphRows,
  rowsOver,
  type SimilarityGraph,
} from './similarity-graph.js';

/** A graph of a mix, with its weight. */
export interface GraphPart {
  /** Above zero; the weights are divided by their sum. */
  readonly weight: number;
  /** Disposed with the mix. Its own τ_s plays no part. */
  readonly graph: SimilarityGraph;
}

/** Similarities are averaged first and divided by one τ_s after. */
export class MixGraph implements SimilarityGraph {
  readonly name: string;
  readonly targetTemperature: number;
  readonly #parts: readonly GraphPart[];

  constructor(parts: readonly GraphPart[], { targetTemperature = 0.1 }: { targetTemperature?: number } = {}) {
    checkTargetTemperature('mix graph', targetTemperature);
    if (parts.length === 0) throw new UserError('mix graph: at least one part is needed');
    const bad = parts.find(({ weight }) => !(weight > 0 && Number.isFinite(weight)));
    if (bad !== undefined) {
      throw new UserError(`mix graph: the weight of ${bad.graph.name} must be above zero, got ${bad.weight}`);
    }
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    this.#parts = parts.map(({ weight, graph }) => ({ weight: weight / total, graph }));
    this.targetTemperature = targetTemperature;
    this.name = `mix of ${parts.map(({ graph }) => graph.name).join(', ')}`;
  }

  similarities(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() =>
      this.#parts
        .map(({ weight, graph }) => graph.similarities(ids, options).mul(weight)) // (n, n) each
        .reduce((sum, part) => sum.add_(part)),
    );
  }

  rows(ids: Int32Array, options: { readonly epoch?: number } = {}): GraphRows {
    const parts = this.#parts.map(({ weight, graph }) => ({ weight, of: graph.rows(ids, options) }));
    return rowsOver(this.targetTemperature, (rows) =>
      scoped(() =>
        parts
          .map(({ weight, of }) => of.similarities(rows).mul_(weight)) // (rows, n) each
          .reduce((sum, part) => sum.add_(part)),
      ),
    );
  }

  logits(ids: Int32Array, options: { readonly epoch?: number } = {}): Tensor {
    return scoped(() => this.similarities(ids, options).div_(this.targetTemperature)); // (n, n)
  }

  [Symbol.dispose](): void {
    for (const { graph } of this.#parts) graph[Symbol.dispose]();
  }
}
