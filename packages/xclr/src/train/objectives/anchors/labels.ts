// One anchor for each label of the training part: SupCon's, and those of graphs that are not of captions.
import { type Device, keep, scoped, type Tensor, tensor } from '@xclr/torch';
import type { Dataset } from '../../../data/index.js';
import type { SimilarityGraph } from '../../../graph/index.js';
import { UserError } from '../../../util/errors.js';
import type { AnchorSet } from './anchor-set.js';
import { gradedTargets } from './captions.js';
import { sparseRows } from './one-hot.js';

export interface LabelAnchorOptions {
  readonly device: Device;
  /** τ_a; 0 for the own label alone. */
  readonly temperature: number;
  readonly clip: boolean;
}

/** Images of a label that stand for it where the graph compares images. */
const representatives = 4;

/**
 * @param graph tells how similar two labels are, as the mean over some training images of each; asked only where τ_a is above 0
 * @throws {UserError} where the training part has fewer than two labels
 */
export function labelAnchors(
  { samples }: Pick<Dataset, 'samples'>,
  training: Int32Array,
  graph: SimilarityGraph,
  { device, temperature, clip }: LabelAnchorOptions,
): AnchorSet {
  const members = new Map<string, number[]>();
  let without = 0;
  for (const index of training) {
    const { label } = samples[index]!;
    if (label === null) without++;
    else members.set(label, [...(members.get(label)?.slice(0, representatives - 1) ?? []), index]);
  }
  const names = [...members.keys()].sort();
  if (names.length < 2) {
    throw new UserError(
      `loss.prototypes: expected at least 2 labels in the training part to make anchors of, got ${names.length}`,
      'Name the label column (--data-label-column), use a graph of captions (--graph text), or leave --prototypes out.',
    );
  }
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const anchorOf = Int32Array.from(samples, ({ label }) => placeOf.get(label ?? '') ?? -1);
  const count = names.length;
  const table =
    temperature === 0
      ? null
      : keep(
          labelSimilarities(
            names.map((name) => members.get(name)!),
            graph,
            device,
          ),
        ); // (k, k)
  return {
    count,
    description: `${count.toLocaleString('en')} labels`,
    notes: without === 0 ? [] : [`${without} training images have no label, and so no anchor`],
    ownOf: (ids) =>
      Array.from(ids, (id) => {
        const anchor = anchorOf[id]!;
        return anchor < 0 ? [] : [anchor];
      }),
    targets(own, drawn) {
      const columns = own.map((list) =>
        list.map((anchor) => (drawn === null ? anchor : drawn.columnOf.get(anchor)!)),
      );
      if (table === null) return sparseRows(columns, drawn?.anchors.length ?? count, device);
      return scoped(() => {
        const rows = table.indexSelect(
          0,
          tensor(
            Int32Array.from(own, ([first = 0]) => first),
            { device },
          ),
        ); // (b, k)
        const kept = drawn === null ? rows : rows.indexSelect(1, tensor(drawn.anchors, { device })); // (b, m)
        const targets = gradedTargets(kept, { temperature, clip, drawn, device });
        const known = tensor(
          Float32Array.from(own, ({ length }) => length),
          { shape: [own.length, 1], device },
        );
        return targets.mul(known); // a row of zeros where there is no anchor
      });
    },
    [Symbol.dispose]: () => table?.dispose(),
  };
}

/** (k, k) mean similarity of the labels' representatives. */
function labelSimilarities(
  members: readonly (readonly number[])[],
  graph: SimilarityGraph,
  device: Device,
): Tensor {
  const count = members.length;
  return scoped(() => {
    const ids = Int32Array.from(members.flat());
    const similarities = graph.similarities(ids); // (n, n)
    const owner = members.flatMap((list, label) => list.map(() => label));
    const weights = new Float32Array(count * ids.length);
    owner.forEach((label, i) => {
      weights[label * ids.length + i] = 1 / members[label]!.length;
    });
    const means = tensor(weights, { shape: [count, ids.length], device }); // (k, n)
    return means.matmul(similarities).matmul(means.t()); // (k, k)
  });
}
