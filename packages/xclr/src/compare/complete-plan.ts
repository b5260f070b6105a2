// Text encoders that a plan leaves to be chosen: chosen once for all its cells, before the first is trained.
import { existsSync } from 'node:fs';
import { openDataset } from '../data/index.js';
import { completeGraph, textEncoderLine } from '../train/choose-text-encoder.js';
import type { GraphConfig, TrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { UserError } from '../util/errors.js';
import type { CellPlan, Plan } from './plan.js';
import { checkColumns, isColumns } from './references.js';

/** The parts of a graph whose text encoder, or the model of one, is not named. */
function openParts(graph: GraphConfig): Extract<GraphConfig, { kind: 'text' }>[] {
  if (graph.kind === 'mix') return graph.parts.flatMap(({ graph }) => openParts(graph));
  if (graph.kind !== 'text') return [];
  const { encoder, model } = graph;
  return encoder === 'auto' || (encoder === 'sentence-transformer' && model === undefined) ? [graph] : [];
}

const isOpen = (graph: GraphConfig) => openParts(graph).length > 0;
const needsCaptions = (graph: GraphConfig) =>
  openParts(graph).some(({ encoder, model }) => encoder === 'auto' && model === undefined);

/**
 * The plan with the text encoder of every cell chosen, and the model of a sentence transformer named: a cell is known by its
 * settings, and must not change with what is installed. Columns of a second reference are looked for, before anything is trained. The data
 * are opened only where one of these needs them.
 * @param onNotice hears what was chosen, and why
 */
export async function completePlan(plan: Plan, onNotice: (message: string) => void): Promise<Plan> {
  for (const [name, graph] of Object.entries({ reference: plan.reference, secondReference: plan.second }))
    if (graph !== undefined && 'encoder' in graph && graph.encoder === 'auto')
      throw new UserError(
        `plan ${plan.name}: ${name}: expected the name of a text encoder, got auto`,
        'What all methods are measured by must not depend on the captions: name it, such as encoder: wordnet.',
      );
  const { second } = plan;
  const { config } = plan.cells[0]!;
  // Drawings of the quick start are made later than a plan is shown.
  if (second !== undefined && isColumns(second) && existsSync(config.data.path))
    checkColumns(second.columns, await openDataset(config.data.path, datasetOptions(config)));
  if (!plan.cells.some(({ config }) => isOpen(config.graph))) return plan;
  const complete = completeOnce();
  const said = new Set<string>();
  const cells: CellPlan[] = [];
  for (const cell of plan.cells) {
    if (!isOpen(cell.config.graph)) {
      cells.push(cell);
      continue;
    }
    const { graph, choices } = await complete(cell.config);
    const line = `${cell.method}: ${textEncoderLine(choices)}`;
    if (cell.train !== null && !said.has(line)) onNotice(line);
    said.add(line);
    const config = { ...cell.config, graph };
    cells.push({ ...cell, config, train: cell.train && config });
  }
  return { ...plan, cells };
}

/** Looks at each data set once for each graph. */
function completeOnce() {
  const completed = new Map<string, ReturnType<typeof completeGraph>>();
  const complete = async (config: TrainConfig) => {
    const { data, graph } = config;
    const samples = needsCaptions(graph)
      ? (await openDataset(data.path, datasetOptions(config))).samples
      : [];
    return completeGraph(graph, samples);
  };
  return (config: TrainConfig) => {
    const key = JSON.stringify([config.data.path, datasetOptions(config), config.graph]);
    const result = completed.get(key) ?? complete(config);
    completed.set(key, result);
    return result;
  };
}
