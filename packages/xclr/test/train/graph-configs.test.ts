// Every example of a graph in examples/graphs parses and builds on a small data set.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveTensors, scoped } from '@xclr/torch';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Dataset, Sample } from '../../src/data/index.js';
import { buildGraph } from '../../src/train/build-graph.js';
import { resolveTrainConfig } from '../../src/train/config.js';

const folder = mkdtempSync(join(tmpdir(), 'xclr-graph-configs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const examples = new URL('../../../../examples/graphs/', import.meta.url).pathname;

const kinds = ['husky', 'poodle', 'cat'];
const samples = Array.from({ length: 24 }, (_, i): Sample => {
  const label = kinds[i % 3]!;
  return {
    id: `s${i}`,
    image: { path: '/none.png' },
    captions: [`a photo of a ${label}`],
    label,
    split: 'train',
    attributes: {
      tags: `${label};tag ${i % 5}`,
      category: label,
      color: `c${i % 4}`,
      price: String(10 + i),
    },
  };
});
const dataset: Dataset = {
  name: 'small',
  source: 'made',
  root: '/',
  samples,
  problems: [],
  fingerprint: '0',
};
const vectors = join(folder, 'vectors.parquet');
parquetWriteFile({
  filename: vectors,
  columnData: [
    { name: 'id', data: samples.map(({ id }) => id).reverse(), type: 'STRING' },
    { name: 'embedding', data: samples.map((_, i) => [1, Math.sin(i), Math.cos(3 * i)]), type: 'JSON' },
  ],
});

async function build(settings: Record<string, unknown>) {
  const config = resolveTrainConfig({ base: { data: { path: 'x' }, batchSize: 8, graph: settings } });
  return buildGraph(
    config,
    dataset,
    Int32Array.from({ length: 18 }, (_, i) => i),
    'cpu',
  );
}

describe('examples/graphs', () => {
  const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'));

  it.each(names)('%s builds, and gives logits of a batch', async (name) => {
    const before = liveTensors();
    const settings = parse(readFileSync(join(examples, name), 'utf8')) as Record<string, unknown>;
    if (typeof settings.path === 'string') {
      settings.path = settings.kind === 'embeddings' ? vectors : join(examples, '../..', settings.path);
    }
    for (const { graph } of (settings.parts ?? []) as { graph: Record<string, unknown> }[]) {
      if (graph.kind === 'embeddings') graph.path = vectors;
    }
    const { graph, description } = await build(settings);
    expect(description).toMatch(/τ_s \d/);
    if (settings.temperature === 'auto') expect(description).toContain('calibrated');
    const ids = Int32Array.of(0, 1, 2, 20, 0, 1, 2, 20);
    const logits = new Float32Array(64);
    scoped(() => graph.logits(ids).copyTo(logits)); // (8, 8)
    for (let i = 0; i < 8; i++) {
      const other = logits[i * 8 + ((i + 4) % 8)]!;
      expect(Number.isFinite(other)).toBe(true);
      for (let j = 0; j < 8; j++) if (j !== i) expect(logits[i * 8 + j]!).toBeLessThanOrEqual(other * 1.0001);
    }
    graph[Symbol.dispose]();
    expect(liveTensors()).toBe(before);
  });

  it('says which column is missing, and which weight is no number', async () => {
    await expect(build({ kind: 'multilabel', column: 'tag' })).rejects.toThrow(/Did you mean 'tags'\?/);
    await expect(build({ kind: 'attributes', columns: { color: 'x' } })).rejects.toThrow(/weight of 'color'/);
    await expect(build({ kind: 'attributes', columns: { color: 1 }, numeric: ['price'] })).rejects.toThrow(
      /'price' is not among/,
    );
    const part = { graph: { kind: 'random', postprocess: { topK: 2 } } };
    await expect(build({ kind: 'mix', parts: [part] })).rejects.toThrow(/topK/);
    await expect(build({ kind: 'mix', parts: [{ graph: { kind: 'mix', parts: [] } }] })).rejects.toThrow(
      /kind/,
    );
  });
});
