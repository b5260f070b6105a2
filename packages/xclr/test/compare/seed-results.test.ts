// The quick start's one run beside the committed results over several seeds: only where the settings are the same.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SeedResults, seedResultsFor } from '../../src/compare/seed-results.js';
import { renderReport } from '../../src/report/index.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { demoData } from '../report/demo-data.js';
import { temporaryFolder } from '../train/make.js';

const results: SeedResults = {
  seeds: [0, 1, 2],
  steps: 100,
  textEncoder: 'wordnet',
  processors: ['a processor'],
  remarks: ['A remark <b>on</b> them.'],
  conclusions: ['kNN: X-CLR is not significantly different from SimCLR.'],
  methods: {
    xclr: { knn_unseen: { mean: 0.2, low: 0.15, high: 0.25, perSeed: [0.18, 0.2, 0.22] } },
  },
};

const configOf = (steps: number, encoder: 'wordnet' | 'sentence-transformer') =>
  resolveTrainConfig({ base: { data: { path: 'nowhere' }, steps, graph: { kind: 'text', encoder } } });

describe('results over several seeds', () => {
  const file = join(temporaryFolder(), 'seeds.json');
  writeFileSync(file, JSON.stringify(results));

  it('stand beside a run of the same settings only', () => {
    expect(seedResultsFor(configOf(100, 'wordnet'), file)).toEqual(results);
    expect(seedResultsFor(configOf(50, 'wordnet'), file)).toBeNull();
    expect(seedResultsFor(configOf(100, 'sentence-transformer'), file)).toBeNull();
    expect(seedResultsFor(configOf(100, 'wordnet'), `${file}.none`)).toBeNull();
  });

  it('are a section of the report, with mean, interval, and the lowest and highest seed', async () => {
    const data = await demoData();
    const [metric] = data.metrics;
    const overSeeds = {
      ...results,
      methods: { xclr: { [metric!.key]: results.methods.xclr!.knn_unseen! } },
    };
    const page = renderReport({ ...data, overSeeds });
    expect(page).toContain('The same over 3 seeds');
    expect(page).toContain('a processor');
    expect(page).toContain('not significantly different from SimCLR');
    expect(page).not.toContain('<b>on</b>');
    expect(page).toMatch(
      /20\.0.%\s\(15\.0.%\sto\s25\.0.%\); 18\.0.%\s–\s22\.0.%|0\.200 \(0\.150 to 0\.250\); 0\.180 – 0\.220/,
    );
    expect(renderReport(data)).not.toContain('The same over');
  });
});
