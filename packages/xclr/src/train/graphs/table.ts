// Builds graphs from the columns that came with the samples: sets of labels, attributes.
import { type AttributeColumn, attributeGraph, setGraph, splitSet } from '../../graph/index.js';
import { UserError } from '../../util/errors.js';
import type { GraphConfig } from '../config.js';
import type { GraphContext, NamedGraph } from './builder.js';
import { cellsOf } from './columns.js';

export function buildMultilabelGraph(
  { column, separator, similarity, idf }: Extract<GraphConfig, { kind: 'multilabel' }>,
  { dataset, training, device }: GraphContext,
): NamedGraph {
  const sets = cellsOf(dataset, column).map((cell) => splitSet(cell, separator));
  const empty = sets.filter((set) => set.length === 0).length;
  return {
    graph: setGraph(sets, { similarity, idf, training, device }),
    description: `${similarity} of the sets in ${column}${idf ? ', rare labels weigh more' : ''}`,
    notes:
      empty === 0
        ? []
        : [`${empty} samples have an empty set in ${column}: they are similar to nothing else`],
  };
}

export function buildAttributesGraph(
  { columns, numeric, kernel }: Extract<GraphConfig, { kind: 'attributes' }>,
  { dataset, training, device }: GraphContext,
): NamedGraph {
  const stray = numeric.find((name) => !(name in columns));
  if (stray !== undefined) {
    throw new UserError(`graph.numeric: '${stray}' is not among graph.columns`, 'Give it a weight there.');
  }
  const list = Object.entries(columns).map(
    ([name, weight]): AttributeColumn => ({
      name,
      weight: Number(weight),
      cells: cellsOf(dataset, name),
      kernel: numeric.includes(name) ? kernel : 'same',
    }),
  );
  return {
    graph: attributeGraph(list, dataset.samples.length, { training, device }),
    description: `agreement of ${list.map(({ name, weight }) => `${name} × ${weight}`).join(', ')}`,
    notes: [],
  };
}
