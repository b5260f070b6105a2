// Which builder makes which kind of graph; every builder gives a graph whose τ_s is set afterwards.
import {
  type GraphPart,
  identityGraph,
  labelGraph,
  MixGraph,
  PostprocessedGraph,
} from '../../graph/index.js';
import { UserError } from '../../util/errors.js';
import type { GraphConfig } from '../config.js';
import type { GraphContext, NamedGraph } from './builder.js';
import { buildEmbeddingsGraph, buildMatrixGraph, buildRandomGraph, buildTaxonomyGraph } from './classes.js';
import { buildAttributesGraph, buildMultilabelGraph } from './table.js';
import { buildTextGraph } from './text.js';

export async function buildFamily(settings: GraphConfig, context: GraphContext): Promise<NamedGraph> {
  const { dataset, device } = context;
  const { samples } = dataset;
  switch (settings.kind) {
    case 'identity':
      return {
        graph: identityGraph(samples.length, { device }),
        description: 'identity: only views of one image are similar',
        notes: [],
      };
    case 'labels':
      return {
        graph: labelGraph(
          samples.map(({ label }) => label),
          { device },
        ),
        description: 'labels: images of one label are similar',
        notes: [],
      };
    case 'random':
      return buildRandomGraph(settings, context);
    case 'matrix':
    case 'class-matrix':
      return buildMatrixGraph(settings, context);
    case 'taxonomy':
      return buildTaxonomyGraph(settings, context);
    case 'embeddings':
      return buildEmbeddingsGraph(settings, context);
    case 'multilabel':
      return buildMultilabelGraph(settings, context);
    case 'attributes':
      return buildAttributesGraph(settings, context);
    case 'text':
      return buildTextGraph(settings, context);
    case 'mix':
      return buildMix(settings, context);
  }
}

/** Each part's own post-processing applies to it; top-k comes after the mix, for −∞ has no mean with anything. */
async function buildMix(
  { parts }: Extract<GraphConfig, { kind: 'mix' }>,
  context: GraphContext,
): Promise<NamedGraph> {
  const graphs: GraphPart[] = [];
  const told: NamedGraph[] = [];
  for (const [i, { weight, graph: settings }] of parts.entries()) {
    if ('postprocess' in settings && settings.postprocess.topK !== null) {
      throw new UserError(
        `graph.parts[${i}].graph.postprocess.topK: a part of a mix cannot be cut to its top k, for −∞ has no mean`,
        'Set graph.postprocess.topK of the mix.',
      );
    }
    const built = await buildFamily(settings, context);
    const clip = 'postprocess' in settings && settings.postprocess.clip;
    graphs.push({ weight, graph: clip ? new PostprocessedGraph(built.graph, 1, { clip }) : built.graph });
    told.push(built);
  }
  return {
    graph: new MixGraph(graphs),
    description: `mix of ${told.map(({ description }, i) => `${parts[i]!.weight} × (${description})`).join(' + ')}`,
    notes: told.flatMap(({ notes }) => notes),
  };
}
