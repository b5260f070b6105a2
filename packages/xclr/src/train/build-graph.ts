// The similarity graph that the settings ask for, over the samples of a data set.
import type { Dataset } from '../data/index.js';
import { calibrateGraph, PerplexityGraph, PostprocessedGraph } from '../graph/index.js';
import { UserError } from '../util/errors.js';
import { perplexityExcess, perplexityOf } from './config/graph.js';
import type { GraphConfig, TrainConfig } from './config.js';
import type { GraphContext, NamedGraph } from './graphs/builder.js';
import { buildFamily } from './graphs/families.js';

export type { NamedGraph } from './graphs/builder.js';
export { captionCache } from './graphs/text.js';

/** @param training indices of the training part: `auto` calibrates τ_s on it alone, and post-processing is fitted on it */
export async function buildGraph(
  config: TrainConfig,
  dataset: Dataset,
  training: Int32Array,
  device: string,
  onNotice: (message: string) => void = () => undefined,
  onEncode?: (done: number, total: number) => void,
): Promise<NamedGraph> {
  const { graph: settings, seed, batchSize } = config;
  const { captionTemplate } = config.data;
  const context: GraphContext = {
    dataset,
    training,
    device,
    seed,
    captionTemplate,
    onNotice,
    ...(onEncode !== undefined && { onEncode }),
  };
  const built = await buildFamily(settings, context);
  if (settings.kind === 'labels' || settings.kind === 'identity') return built;
  return { ...built, ...finish(built, settings, training, { batch: batchSize, method: config.method }) };
}

type Tempered = Exclude<GraphConfig, { kind: 'labels' | 'identity' }>;

/** Post-processes the similarities, then applies τ_s; `auto` chooses τ_s on the post-processed similarities. */
function finish(
  { graph, description, notes }: NamedGraph,
  { temperature, postprocess }: Tempered,
  training: Int32Array,
  { batch, method }: { readonly batch: number; readonly method: TrainConfig['method'] },
): NamedGraph {
  const about = description + describePostprocess(postprocess);
  const perplexity = perplexityOf(temperature);
  if (perplexity !== undefined) {
    const problem = perplexityExcess(perplexity, batch, method);
    if (problem !== undefined) {
      throw new UserError(`graph.temperature: ${problem}`, 'Take a smaller perplexity or a larger batch.');
    }
    const diagonal = method === 'clip' || method === 'clip-frozen'; // there the own caption counts
    return {
      graph: new PerplexityGraph(new PostprocessedGraph(graph, 1, postprocess), perplexity, { diagonal }),
      description: `${about}, a τ_s for each row: ${perplexity} effective positives`,
      notes,
    };
  }
  if (typeof temperature === 'number') {
    return {
      graph: new PostprocessedGraph(graph, temperature, postprocess),
      description: `${about}, τ_s ${temperature}`,
      notes,
    };
  }
  // The graph to calibrate is not disposed: it only borrows the one it wraps. Top-k is applied per batch.
  const plain = new PostprocessedGraph(graph, 1, { clip: postprocess.clip });
  const calibration = calibrateGraph(plain, training, { batch, topK: postprocess.topK });
  const chosen = calibration.targetTemperature;
  const how = `calibrated: mean similarity ${calibration.meanOffPositive.toFixed(2)}, ${Math.round(100 * calibration.positiveMass)} % of the target on the other view`;
  return {
    graph: new PostprocessedGraph(graph, chosen, postprocess),
    description: `${about}, τ_s ${chosen} (${how})`,
    notes,
  };
}

function describePostprocess(postprocess: Tempered['postprocess']): string {
  const on = Object.entries(postprocess).filter(
    ([, value]) => value !== false && value !== null && value !== 0 && !isEmpty(value),
  );
  const named = on.map(([name, value]) =>
    value === true ? name : `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
  );
  if ('whiten' in postprocess && postprocess.whiten === 0) named.push('whiten 0');
  return named.length === 0 ? '' : `, postprocessed (${named.join(', ')})`;
}

const isEmpty = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
