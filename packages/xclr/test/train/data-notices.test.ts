// What training says of its data: the problems that an inspection knows.
import { describe, expect, it } from 'vitest';
import type { Dataset, Sample } from '../../src/data/index.js';
import { dataNotices } from '../../src/train/data-notices.js';

function dataset(
  rows: readonly (readonly [string, string | null])[],
  problems: Dataset['problems'] = [],
): Dataset {
  const samples = rows.map(
    ([caption, label], i): Sample => ({
      id: String(i),
      image: { path: `${i}.png` },
      captions: [caption],
      label,
      split: 'train',
      attributes: {},
    }),
  );
  return { name: 'x', source: 'manifest', root: '/', samples, problems, fingerprint: '' };
}

const noticesOf = (data: Dataset) => dataNotices(data, Int32Array.from(data.samples.keys()));

describe('dataNotices', () => {
  it('has nothing to say of good data, nor of one image', () => {
    expect(
      noticesOf(
        dataset([
          ['a', 'x'],
          ['b', 'y'],
        ]),
      ),
    ).toEqual([]);
    expect(
      noticesOf(
        dataset([
          ['a', null],
          ['b', null],
        ]),
      ),
    ).toEqual([]);
    expect(noticesOf(dataset([['a', 'x']]))).toEqual([]);
  });

  it('tells of one caption, one class, lost characters, what is left out, and warnings', () => {
    expect(
      noticesOf(
        dataset([
          ['a', 'x'],
          ['a', 'x'],
        ]),
      ),
    ).toEqual([expect.stringMatching(/all training images have the same caption, "a"/)]);
    expect(
      noticesOf(
        dataset([
          ['a', 'x'],
          ['b', 'x'],
        ]),
      ),
    ).toEqual([expect.stringMatching(/all training images have the same class, "x"/)]);
    expect(
      noticesOf(
        dataset([
          ['caf\ufffd', null],
          ['b', null],
          ['cafÃ©', null],
        ]),
      ),
    ).toEqual([expect.stringMatching(/2 captions contain characters that were lost/)]);
    const problems = [
      { where: 'a.png', reason: 'is not in a class folder' },
      ...Array.from({ length: 7 }, (_, i) => ({ where: `w${i}`, reason: 'odd', warning: true as const })),
    ];
    const notices = noticesOf(
      dataset(
        [
          ['a', 'x'],
          ['b', 'y'],
        ],
        problems,
      ),
    );
    expect(notices).toHaveLength(7);
    expect(notices[0]).toBe('data: w0: odd');
    expect(notices[5]).toBe('data: 2 more warnings: xclr data inspect lists them');
    expect(notices[6]).toBe('data: 1 images or rows are left out, the first a.png: is not in a class folder');
  });
});
