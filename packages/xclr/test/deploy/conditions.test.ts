// Filters: what they mean, what they refuse, and that they are read in linear time.
import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/deploy/embed/index.js';
import { columnsOf } from '../../src/deploy/search/columns.js';
import { parseConditions, passes } from '../../src/deploy/search/conditions.js';
import { RowFilter } from '../../src/deploy/search/row-filter.js';

const item = (columns: Record<string, string>, id = 'x'): Item => ({
  id,
  captions: [],
  image: null,
  columns,
});
const columns = { color: 'text', price: 'number', 'a b': 'text' } as const;
const parsed = (text: string) => parseConditions(text, columns);

describe('reading', () => {
  it.each([
    ['color=red', [['color', '=', ['red']]]],
    ['  color  =  red | blue ', [['color', '=', ['red', 'blue']]]],
    [
      'color!=red, price<=20',
      [
        ['color', '!=', ['red']],
        ['price', '<=', ['20']],
      ],
    ],
    ['price>-1e3', [['price', '>', ['-1e3']]]],
    ['a b=x=y<z', [['a b', '=', ['x=y<z']]]],
    ['color=a\\,b|c\\|d', [['color', '=', ['a,b', 'c|d']]]],
    ['color=', [['color', '=', ['']]]],
    ['id=7', [['id', '=', ['7']]]],
  ] as const)('%j', (text, expected) => {
    expect(parsed(text).map(({ column, operator, values }) => [column, operator, values])).toEqual(expected);
  });

  it.each([
    '',
    'color',
    '=red',
    '<5',
    'color=red,',
    ',',
    'size=1',
    'constructor=x',
    'price<x',
    'price<1|2',
    'price<',
    'color<3',
  ])('refuses %j', (text) => expect(() => parsed(text)).toThrow(/^filter: /));

  it('takes no longer for hostile ones', () => {
    // Two seconds for what took twelve at a length of 2,000: linear reading takes milliseconds for these 100,000.
    const began = process.cpuUsage();
    for (const hostile of [
      ' '.repeat(100_000),
      `x${' '.repeat(100_000)}y`,
      '!'.repeat(100_000),
      '\\'.repeat(100_000),
    ])
      expect(() => parsed(hostile)).toThrow(/^filter: /);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).toBeLessThan(2);
  });

  it('has a limit', () => {
    expect(() => parsed(Array.from({ length: 51 }, () => 'color=red').join())).toThrow(
      /at most 50 conditions/,
    );
    expect(() => parsed(`color=${'x|'.repeat(500)}`)).toThrow(/at most 50 conditions with 500 values/);
  });
});

it('rows are filtered as items are', () => {
  const items = ['red', 'blue', '', 'n/a'].flatMap((color) =>
    ['1', '50', 'n/a', '', ' 7 '].map((price, i) =>
      item(i === 3 ? { color } : { color, price }, `${color}${i}`),
    ),
  );
  const filter = new RowFilter(items);
  for (const text of [
    'color=red',
    'color!=red|blue',
    'price<50',
    'price<=50, color=blue',
    'price>1',
    'price>=7',
    'price!=1',
    'id=red0',
  ]) {
    const conditions = parseConditions(text, columnsOf(items));
    const test = filter.test(conditions);
    expect(items.map((_, position) => test(position))).toEqual(items.map((one) => passes(one, conditions)));
  }
});

describe('kinds of columns', () => {
  it('one value that is no number does not take the others from comparisons', () => {
    const items = [
      item({ price: '10' }),
      item({ price: 'n/a' }),
      item({ price: '90' }),
      item({ price: ' ' }),
    ];
    const found = columnsOf(items);
    expect(found).toEqual({ price: 'mixed' });
    const cheap = parseConditions('price<50', found);
    expect(items.map((one) => passes(one, cheap))).toEqual([true, false, false, false]);
    expect(items.map((one) => passes(one, parseConditions('price>=-1', found)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('follow what is added', () => {
    expect(columnsOf([item({ a: '1', b: 'x', c: '' })])).toEqual({ a: 'number', b: 'text' });
    expect(columnsOf([item({ a: 'x', b: '2' })], { a: 'number', b: 'text' })).toEqual({
      a: 'mixed',
      b: 'mixed',
    });
    expect(columnsOf([item({ a: '3' })], { a: 'mixed' })).toEqual({ a: 'mixed' });
  });

  it('names of the language’s own are names like others', () => {
    const items = [item(JSON.parse('{"constructor":"1","__proto__":"2"}')), item({})];
    const found = columnsOf(items);
    expect(Object.entries(found)).toEqual([
      ['constructor', 'number'],
      ['__proto__', 'number'],
    ]);
    const conditions = parseConditions('constructor=1, __proto__>1', found);
    expect(items.map((one) => passes(one, conditions))).toEqual([true, false]);
  });
});
