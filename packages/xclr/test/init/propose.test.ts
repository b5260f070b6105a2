// Proposed settings: training takes them as they are, they say the same as flags would, and each has its reason.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, type Proposal, proposeSettings } from '../../src/init/index.js';
import { settingsText } from '../../src/init/settings-text.js';
import { parseSettings } from '../../src/train/config/yaml.js';
import { askTrainConfig, type GivenFlag, trainFlags } from '../../src/train/config.js';
import { put, temporaryFolder } from '../data/make.js';
import { captioned, captionOf, putClasses, putCoco, putCsv, putShard, putSidecars, unusual } from './make.js';

const before = { ...process.env };
beforeAll(() => {
  process.env.HF_HUB_OFFLINE = '1';
  process.env.XCLR_MODELS = temporaryFolder();
});
afterAll(() => {
  process.env = before;
});

/** The text of a value as one would type it after a flag. */
function typed(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value).map(
    ([key, one]) =>
      `${key}=${Array.isArray(one) ? one.join('|') : typeof one === 'object' ? JSON.stringify(one) : one}`,
  );
  return pairs.join(',');
}

/** The settings of a file as flags. */
function flagsOf(values: unknown): GivenFlag[] {
  return trainFlags.flatMap(({ path, name }) => {
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      values,
    );
    return value === undefined ? [] : [{ name, value: typed(value) }];
  });
}

/** What training makes of the file, checked against what it makes of the same settings as flags. */
function resolved(proposal: Proposal) {
  const text = proposal.text('xclr.yaml');
  const file = put(join(temporaryFolder(), 'xclr.yaml'), text);
  const { evaluation, ...config } = askTrainConfig({ file });
  const flags = flagsOf(parseSettings(text, 'xclr.yaml').values);
  expect(flags.length).toBeGreaterThan(8);
  const { evaluation: _, ...byFlags } = askTrainConfig({ flags });
  expect(config).toEqual(byFlags);
  return { text, config, tasks: evaluation.tasks };
}

describe('settings for', () => {
  it('a table whose columns have the usual names', async () => {
    const { text, config, tasks } = resolved(await proposeSettings(await captioned()));
    expect(config).toMatchObject({
      data: { captionColumn: 'caption', labelColumn: 'label', train: { split: 'train' } },
      method: 'xclr',
      graph: { kind: 'text', encoder: 'sentence-transformer', temperature: 'auto' },
      batchSize: 2,
      run: 'runs/xclr-shop',
    });
    expect(text).toMatch(/found by its name \(24 distinct/);
    expect(text).toMatch(/# captionColumn: title # 3 words/);
    expect(text).toMatch(/column split: train 16, validation 4 and test 4/);
    expect(text).toMatch(
      /captions: chosen as only 0 % of the captions are names of things that WordNet knows\./,
    );
    expect(tasks?.map(({ metric }) => metric)).toEqual(['knn', 'linear-probe', 'retrieval', 'alignment']);
    expect(tasks?.[0]).toMatchObject({ gallery: { split: 'train' }, queries: { split: 'test' } });
  });

  it('a table whose columns are found by their content', async () => {
    const { text, config } = resolved(await proposeSettings(await unusual()));
    expect(config.data).toMatchObject({ imageColumn: 'foto', captionColumn: 'details' });
    expect(text).toMatch(/the texts that say most \(24 distinct, 11 words each\)/);
    expect(text).toMatch(/# captionColumn: name # 3 words/);
    expect(text).toMatch(/# splitBy: sku/);
  });

  it('a table whose captions are names of things', async () => {
    const flags = [{ name: 'data-caption-column', value: 'title' }];
    const { text, config } = resolved(await proposeSettings(await captioned(), { flags }));
    expect(config.graph).toMatchObject({ encoder: 'wordnet', temperature: 'auto' });
    expect(text).toMatch(/chosen as 100 % of the captions are names of things that WordNet knows/);
  });

  it('class folders: captions are made of the names, by the temperature of the paper only with its encoder', async () => {
    const { text, config, tasks } = resolved(
      await proposeSettings(await putClasses(['cat', 'dog', 'crane'])),
    );
    expect(config.data.template).toBe('a photo of a {class}');
    expect(config.graph).toMatchObject({ encoder: 'wordnet', temperature: 'auto' });
    expect(text).toMatch(/# method: supcon/);
    expect(text).not.toMatch(/# method: clip/);
    expect(tasks?.length).toBeGreaterThan(0);
    const paper = await proposeSettings(await putClasses(['cat', 'dog']), {
      flags: [{ name: 'text-encoder', value: 'sentence-transformer' }],
    });
    expect(resolved(paper).config.graph).toMatchObject({ temperature: 0.1 });
  });

  it.each([
    ['a flat folder with texts', putSidecars],
    ['WebDataset', putShard],
    ['COCO', putCoco],
  ])('%s', async (_name, make) => {
    const { text, config } = resolved(await proposeSettings(await make()));
    expect(config).toMatchObject({ method: 'xclr', graph: { encoder: 'sentence-transformer' } });
    expect(config.data.captionColumn).toBeUndefined();
    expect(text).toMatch(/24 distinct captions/);
  });

  it('one class: captions that are all the same compare nothing', async () => {
    const { text, config, tasks } = resolved(await proposeSettings(await putClasses(['cat'])));
    expect(config).toMatchObject({ method: 'simclr', graph: { kind: 'identity' } });
    expect(text).toMatch(/all captions are the same/);
    expect(tasks).toBeUndefined();
  });

  it('labels alone, and captions in a script that WordNet does not know', async () => {
    const labeled = await putCsv(
      'image,label',
      (i) => `images/${String(i).padStart(2, '0')}.png,${i % 2 ? 'cat' : 'dog'}`,
    );
    expect(resolved(await proposeSettings(labeled)).config.data).toMatchObject({ labelColumn: 'label' });
    const japanese = await putCsv(
      'image,caption',
      (i) => `images/${String(i).padStart(2, '0')}.png,赤い椅子と青い猫 ${i}`,
    );
    expect(resolved(await proposeSettings(japanese)).text).toMatch(
      /only 0 % of the captions are names of things that WordNet knows/,
    );
  });

  it('data with a few faults: they are told; with many it stops, as training does', async () => {
    const few = await putCsv('image,caption', (i) =>
      i === 3
        ? `images/nowhere.png,${captionOf(i).replaceAll(',', '')}`
        : `images/${String(i).padStart(2, '0')}.png,thing ${i}`,
    );
    const { problems } = await proposeSettings(few);
    expect(problems.map(({ title }) => title)).toContain('1 file or row left out');
    const many = await putCsv(
      'image,caption',
      (i) => `images/${i < 12 ? 'no' : ''}${String(i).padStart(2, '0')}.png,thing ${i}`,
    );
    await expect(proposeSettings(many)).rejects.toThrow(/12 of 24/);
    const text = await putCsv('image,caption', () => '"broken');
    await expect(proposeSettings(text)).rejects.toThrow(/bad quoting/);
  });
});

describe('what cannot be trained on is refused as training refuses it', () => {
  it('images without captions or classes; no training split; a table without any texts', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '1.png'), 'x');
    await expect(proposeSettings(folder)).rejects.toThrow(/no class folders/);
    const tested = await putCsv(
      'image,caption,split',
      (i) => `images/${String(i).padStart(2, '0')}.png,thing ${i},test`,
    );
    await expect(proposeSettings(tested)).rejects.toThrow(/no image to train on[\s\S]*--data-train/);
    const numbers = await putCsv('image,price', (i) => `images/${String(i).padStart(2, '0')}.png,${i}`);
    await expect(proposeSettings(numbers)).rejects.toThrow(
      /has no caption column; its columns are "image", "price"/,
    );
    await expect(proposeSettings(join(folder, 'nowhere'))).rejects.toThrow(/does not exist/);
  });
});

describe('flags', () => {
  it('win, stand in the file with "as asked", and are not asked for', async () => {
    const asked: string[] = [];
    const asker: Asker = {
      select: async (question, _options, initial) => {
        asked.push(question);
        return initial;
      },
      text: async (question, initial) => {
        asked.push(question);
        return initial;
      },
    };
    const flags = [
      { name: 'encoder', value: 'resnet34' },
      { name: 'steps', value: '7' },
      { name: 'text-encoder', value: 'wordnet' },
      { name: 'graph-rarity', value: '0.5' },
      { name: 'data-caption-column', value: 'title' },
      { name: 'views-overrides', value: 'geometry.flip=0' },
      { name: 'seed', value: '3' },
      { name: 'run', value: 'runs/mine' },
    ];
    const path = await captioned();
    const { text, config } = resolved(await proposeSettings(path, { flags, asker }));
    expect(asked).toEqual([]);
    const { evaluation: _, ...byFlags } = askTrainConfig({
      flags: [{ name: 'data', value: path }, ...flags],
    });
    expect({ ...config.graph, temperature: 0 }).toEqual({ ...byFlags.graph, temperature: 0 });
    expect(config).toMatchObject({
      encoder: { name: 'resnet34' },
      steps: 7,
      seed: 3,
      run: 'runs/mine',
      views: { overrides: { geometry: { flip: 0 } } },
      data: { captionColumn: 'title' },
    });
    expect(text).toMatch(/network that is trained: as asked\./);
    expect(text).not.toMatch(/^epochs/m);
  });

  it('of another method bring its graph', async () => {
    const flags = [
      { name: 'method', value: 'supcon' },
      { name: 'graph', value: 'labels' },
    ];
    const { config } = resolved(await proposeSettings(await captioned(), { flags }));
    expect(config).toMatchObject({ method: 'supcon', graph: { kind: 'labels' } });
  });
});

describe('questions', () => {
  it('are at most four, and their answers stand in the file', async () => {
    const answers: Readonly<Record<string, string>> = {
      'Which column describes the images?': 'name',
      'What should compare the captions?': 'sentence-transformer',
      'How long should it train?': 'try',
    };
    const asked: string[] = [];
    const asker = {
      select: async (question: string) => {
        asked.push(question);
        return answers[question]!;
      },
      text: async (question: string) => {
        asked.push(question);
        return 'runs/somewhere else';
      },
    } as Asker;
    const { text, config } = resolved(await proposeSettings(await unusual(), { asker }));
    expect(asked).toEqual([...Object.keys(answers), 'Where should the run go?']);
    expect(config).toMatchObject({
      data: { captionColumn: 'name' },
      graph: { encoder: 'sentence-transformer', temperature: 'auto' },
      run: 'runs/somewhere else',
      epochs: 10,
    });
    expect(text).toMatch(/a tenth of the usual length/);
    expect(text).toMatch(/xclr eval 'runs\/somewhere else'/);
  });

  it('propose a run folder that is free', async () => {
    const folder = temporaryFolder();
    const here = process.cwd();
    process.chdir(folder);
    try {
      mkdirSync(join(folder, 'runs/xclr-shop/checkpoints'), { recursive: true });
      writeFileSync(join(folder, 'runs/xclr-shop-2'), 'a file');
      const { config } = resolved(await proposeSettings(await captioned()));
      expect(config.run).toBe('runs/xclr-shop-3');
    } finally {
      process.chdir(here);
    }
  });
});

describe('the text of a settings file', () => {
  it('holds values that YAML would read otherwise, and comments of one line', () => {
    const values = ['yes', '1e3', 'a: b # c', "it's {class}", 'two\nlines', '', '- x', 'ö 赤'];
    const entries = values.map((value, i) => ({
      path: ['data', `key${i}`] as const,
      value,
      note: 'a note\nrun: elsewhere\u2028seed: 1',
      others: [{ value, note: 'other\nseed: 2' }],
    }));
    const { values: read } = parseSettings(settingsText(entries, { head: ['h\nseed: 3'], foot: [] }), 'x');
    expect(read).toEqual({ data: Object.fromEntries(values.map((value, i) => [`key${i}`, value])) });
  });
});
