// Numbers for pairs of classes: heights in a tree by hand, costs from rows and matrices, and files that do not fit.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ancestorHeights,
  readPairs,
  taxonomyFor,
  treeSimilarities,
} from '../../src/evaluate/class-square.js';
import { nodeHeights } from '../../src/graph/taxonomy/heights.js';
import { taxonomyOf } from '../../src/graph/taxonomy/tree.js';
import { put, temporaryFolder } from '../data/make.js';

const tree = taxonomyOf([
  ['thing', null],
  ['animal', 'thing'],
  ['dog', 'animal'],
  ['husky', 'dog'],
  ['poodle', 'dog'],
  ['cat', 'animal'],
  ['truck', 'thing'],
]);
const names = ['husky', 'poodle', 'cat', 'truck'];
const reading = { value: 'cost', otherwise: 1, equal: 0, where: 'hierarchy task t' } as const;

describe('heights in a tree', () => {
  it('count the links down to the deepest leaf', () => {
    const heights = nodeHeights(tree);
    expect(tree.names.map((name, i) => [name, heights[i]])).toEqual([
      ['thing', 3],
      ['animal', 2],
      ['dog', 1],
      ['husky', 0],
      ['poodle', 0],
      ['cat', 0],
      ['truck', 0],
    ]);
  });

  it('of the lowest common ancestor are what a mistake is worth', () => {
    expect([...ancestorHeights(tree, names, 'task')]).toEqual([
      0, 1, 2, 3, 1, 0, 2, 3, 2, 2, 0, 3, 3, 3, 3, 0,
    ]);
    expect(
      [...treeSimilarities(tree, ['husky', 'poodle', 'truck'], 'task')].map((one) => one.toFixed(3)),
    ).toEqual(['1.000', '0.667', '0.000', '0.667', '1.000', '0.000', '0.000', '0.000', '1.000']);
  });

  it('need every class in the tree', () => {
    expect(() => ancestorHeights(tree, ['husky', 'poodel'], "hierarchy task 'x'")).toThrow(
      /hierarchy task 'x': the taxonomy lacks 1 of 2 classes, such as 'poodel'\n.*Did you mean 'poodle'/,
    );
    expect(() => taxonomyFor('/nowhere.txt', 'here')).toThrow(
      /here: readTaxonomy: cannot read \/nowhere.txt/,
    );
  });
});

describe('a file of pairs', () => {
  it('takes rows, the last that fits, with nodes of the tree for all classes below', async () => {
    const folder = temporaryFolder();
    const file = put(
      join(folder, 'costs.csv'),
      '# what it costs\ntruth,predicted,cost\nthing,thing,5\ndog,dog,0.5\nhusky,truck,9\ntruck,truck,2\n',
    );
    const square = readPairs(file, names, { ...reading, taxonomy: tree });
    expect([...square]).toEqual([0, 0.5, 5, 9, 0.5, 0, 5, 5, 5, 5, 0, 5, 5, 5, 5, 2]);
  });

  it('takes a matrix whose first row and column are the classes', async () => {
    const folder = temporaryFolder();
    const file = put(join(folder, 'm.csv'), ',cat,truck\ntruck,3,0\ncat,0,7\n');
    expect([...readPairs(file, ['truck', 'cat'], { ...reading, value: 'relevance' })]).toEqual([0, 3, 7, 0]);
  });

  it('says what does not fit', () => {
    const folder = temporaryFolder();
    const read = (text: string) => () => readPairs(put(join(folder, 'bad.csv'), text), names, reading);
    expect(read('truth,predicted,cost\nhusky,truk,1\n')).toThrow(
      /row 2: 'truk' is no class of the task\n.*Did you mean 'truck'/,
    );
    expect(read('truth,predicted,cost\nhusky,truck,-1\n')).toThrow(
      /row 2: expected a cost of 0 or more, got '-1'/,
    );
    expect(read('truth,predicted,cost\nhusky,truck\n')).toThrow(/got ''/);
    expect(read('nothing\n')).toThrow(/has no table of pairs/);
    expect(() => readPairs(join(folder, 'none.csv'), names, reading)).toThrow(/cannot read .*none\.csv/);
  });
});
