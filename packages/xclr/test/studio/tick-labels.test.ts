// The labels of the studio's axes.
import { expect, it } from 'vitest';
import { logTickLabels, tickLabels } from '../../../../apps/studio/src/tick-labels.js';

it.each([
  [
    [4, 4.25, 4.5, 4.75, 5],
    ['4.00', '4.25', '4.50', '4.75', '5.00'],
  ],
  [
    [0, 0.1, 0.2, 0.1 + 0.2],
    ['0.0', '0.1', '0.2', '0.3'],
  ],
  [
    [0, 5000, 10_000],
    ['0', '5,000', '10,000'],
  ],
  [
    [-0.5, null, 0.5],
    ['−0.5', '', '0.5'],
  ],
  [
    [0, 0.00002, 0.000025],
    ['0', '2.0e−5', '2.5e−5'],
  ],
  [
    [0, 2e7],
    ['0', '2e7'],
  ],
  [[], []],
])('gives %j as many decimals as the finest needs', (ticks, labels) => {
  expect(tickLabels(ticks)).toEqual(labels);
});

it('gives each tick of a logarithmic axis its own digits', () => {
  expect(logTickLabels([1e-5, 0.001, null, 0.25, 1, 20, 3000, 1e6])).toEqual([
    '1e−5',
    '0.001',
    '',
    '0.25',
    '1',
    '20',
    '3,000',
    '1e6',
  ]);
});
