// What a builder of graphs is given, and what it gives.
import type { Dataset } from '../../data/index.js';
import type { RowsOfSamples, SimilarityGraph } from '../../graph/index.js';

/** What a builder needs beside its own settings. */
export interface GraphContext {
  readonly dataset: Dataset;
  /** Places of the training samples: whatever is fitted is fitted on them. */
  readonly training: Int32Array;
  readonly device: string;
  readonly seed: number;
  readonly captionTemplate: string;
  readonly onNotice: (message: string) => void;
  /** Captions encoded so far, and all. */
  readonly onEncode?: (done: number, total: number) => void;
}

/** A graph, and how people know it. */
export interface NamedGraph {
  readonly graph: SimilarityGraph;
  /** For people and the record: 'text (wordnet), τ_s 0.1'. */
  readonly description: string;
  readonly notes: readonly string[];
  /** The captions' vectors, post-processed, where the graph is of captions. */
  readonly rows?: RowsOfSamples;
}
