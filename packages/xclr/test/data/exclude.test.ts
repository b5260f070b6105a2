// Leaving out what a list names.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { datasetOptions } from '../../src/train/dataset-options.js';
import { put, putImages, temporaryFolder } from './make.js';

async function folder(): Promise<string> {
  const root = temporaryFolder();
  await putImages(root, ['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png']);
  return root;
}

describe('exclude', () => {
  it('leaves out the ids of a list, and says how many', async () => {
    const root = await folder();
    const list = put(
      join(temporaryFolder(), 'quarantine.jsonl'),
      '{"id":"a/2.png","where":"a/2.png","reason":"cut"}\n{"id":null,"where":"x.csv:3","reason":"no image"}\n{"id":"gone"}\n',
    );
    const all = await openDataset(root);
    const some = await openDataset(root, { exclude: list });
    expect(some.samples.map(({ id }) => id)).toEqual(['a/1.png', 'b/1.png', 'b/2.png']);
    expect(some.problems).toContainEqual({
      where: 'quarantine.jsonl',
      reason: '1 samples left out by the list; 1 of its ids are not in the data',
      warning: true,
    });
    expect(some.fingerprint).not.toBe(all.fingerprint);
  });

  it('has its opposite in --data-only id=@list, which takes the listed samples alone', async () => {
    const root = await folder();
    const list = put(
      join(temporaryFolder(), 'chosen.jsonl'),
      '{"id":"b/2.png"}\n{"id":"a/1.png"}\n{"id":"gone"}\n',
    );
    const some = await openDataset(root, { only: { id: `@${list}` } });
    expect(some.samples.map(({ id }) => id)).toEqual(['a/1.png', 'b/2.png']);
    await expect(openDataset(root, { only: { id: '@nowhere.jsonl' } })).rejects.toThrow(
      /only names nowhere\.jsonl, which does not exist/,
    );
    const empty = put(join(temporaryFolder(), 'empty.jsonl'), '{"where":"x"}\n');
    await expect(openDataset(root, { only: { id: `@${empty}` } })).rejects.toThrow(/holds no ids/);
  });

  it('is a setting of training', () => {
    const config = resolveTrainConfig({
      flags: [
        { name: 'data', value: 'x' },
        { name: 'data-exclude', value: 'q.jsonl' },
      ],
    });
    expect(datasetOptions(config).exclude).toBe('q.jsonl');
  });

  it.each([
    ['is not there', undefined, /nowhere\.jsonl, which does not exist/],
    ['is no JSON', 'a/1.png\n', /bad\.jsonl:1 is not a line of JSON/],
  ])('refuses a list that %s', async (_, content, message) => {
    const list = content === undefined ? 'nowhere.jsonl' : put(join(temporaryFolder(), 'bad.jsonl'), content);
    await expect(openDataset(await folder(), { exclude: list })).rejects.toThrow(message);
  });
});
