// Targets that lie on one anchor of each sample, or on its words with their weights: made from short lists, without a wait for the device.
import { type Device, type Tensor, tensor, zeros } from '@xclr/torch';
import { maxOf } from '../../../util/arrays.js';

/**
 * (b, m) zeros with the weights of each row's columns.
 * @param columns of each row, of any number; those below 0 are left out
 * @param weights of the same columns; rows of 1 / (number of columns) by default
 */
export function sparseRows(
  columns: readonly (readonly number[])[],
  m: number,
  device: Device,
  weights?: readonly (readonly number[])[],
): Tensor {
  const b = columns.length;
  const most = Math.max(1, maxOf(columns.map(({ length }) => length)));
  const places = new Int32Array(b * most);
  const values = new Float32Array(b * most);
  columns.forEach((row, i) => {
    row.forEach((column, j) => {
      if (column < 0) return;
      places[i * most + j] = column;
      values[i * most + j] = weights?.[i]?.[j] ?? 1 / row.length;
    });
  });
  const index = tensor(places, { shape: [b, most], device }).to({ dtype: 'int64' }); // (b, most)
  const given = tensor(values, { shape: [b, most], device }); // (b, most)
  return zeros([b, m], { dtype: 'float32', device }).scatterAdd(1, index, given); // (b, m)
}
