// A table of vectors looked up by integer ids.

import { noGrad } from '../autograd.js';
import { embedding, empty } from '../ops.generated.js';
import { scoped } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { normal_ } from './init.js';
import { Leaf, type Parameter, parameter } from './module.js';

export interface EmbeddingOptions {
  /** The id of padding: its row starts at zero and gets no gradient. */
  paddingIdx?: number;
}

/** torch.nn.Embedding: ids int64 (…) → (…, d). */
export class Embedding extends Leaf {
  readonly weight: Parameter; // (n, d)
  readonly #options;

  constructor(numEmbeddings: number, embeddingDim: number, { paddingIdx }: EmbeddingOptions = {}) {
    super();
    if (paddingIdx !== undefined && !(paddingIdx >= 0 && paddingIdx < numEmbeddings)) {
      throw new Error(`Embedding: paddingIdx must be in 0 … ${numEmbeddings - 1}, got ${paddingIdx}`);
    }
    this.weight = parameter(empty([numEmbeddings, embeddingDim]));
    this.#options = paddingIdx === undefined ? {} : { paddingIdx };
    normal_(this.weight);
    if (paddingIdx !== undefined) scoped(() => noGrad(() => void this.weight.select(0, paddingIdx).zero_()));
  }

  forward(ids: Tensor): Tensor {
    return embedding(this.weight, ids, this.#options);
  }
}
