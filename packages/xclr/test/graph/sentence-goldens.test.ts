// Sentence transformers and CLIP's text tower against PyTorch: small models and reference vectors made by
// goldens/make_sentence_goldens.py, through the same tokenizer, ONNX and layer files as real models.
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ClipTextEncoder } from '../../src/graph/clip/encoder.js';
import { SentenceTransformerEncoder } from '../../src/graph/sentence-transformer/encoder.js';
import { modelSettings } from '../../src/graph/sentence-transformer/settings.js';
import type { TextEncoder } from '../../src/graph/text-encoder.js';

interface Golden {
  vectors: number[][];
  /** Captions that were longer than the model takes. */
  cut: number;
}
interface Goldens {
  captions: string[];
  models: Record<'mean' | 'cls' | 'dense' | 'clip', Golden>;
}

const goldensFolder = fileURLToPath(new URL('../goldens/', import.meta.url));
const goldens = JSON.parse(readFileSync(join(goldensFolder, 'sentence.json'), 'utf8')) as Goldens;
const model = (name: string) => join(goldensFolder, 'sentence-models', name);
const scratch = mkdtempSync(join(tmpdir(), 'xclr-goldens-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The least cosine with the reference, over all captions. */
async function leastCosine(encoder: TextEncoder, { vectors: reference, cut }: Golden): Promise<number> {
  const { vectors, dimensions, marks } = await encoder.encode(goldens.captions);
  expect(dimensions).toBe(reference[0]!.length);
  expect(marks?.reduce((sum, mark) => sum + mark, 0)).toBe(cut);
  const cosines = reference.map((row, i) =>
    row.reduce((sum, value, d) => sum + value * vectors[i * dimensions + d]!, 0),
  );
  return Math.min(...cosines);
}

describe('vectors equal PyTorch’s', () => {
  it.each(['mean', 'cls', 'dense'] as const)('%s', async (name) => {
    // In batches of three, so that padding is part of the proof. The cls model has a default prompt.
    const encoder = await SentenceTransformerEncoder.load({ model: model(name), batch: 3 });
    expect(await leastCosine(encoder, goldens.models[name])).toBeGreaterThan(0.99999);
  });

  it('clip', async () => {
    const encoder = await ClipTextEncoder.load({ model: model('clip'), batch: 3 });
    expect(await leastCosine(encoder, goldens.models.clip)).toBeGreaterThan(0.99999);
  });

  it('and differ between models and captions, so that the comparison means something', () => {
    const cosine = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [mean, cls, clip] = (['mean', 'cls', 'clip'] as const).map((name) => goldens.models[name].vectors);
    expect(Math.abs(cosine(mean![0]!, cls![0]!))).toBeLessThan(0.99);
    for (const vectors of [mean!, clip!])
      for (let i = 1; i < vectors.length; i++) expect(cosine(vectors[0]!, vectors[i]!)).toBeLessThan(0.9999);
  });
});

describe('what a sentence transformer’s folder says of its input', () => {
  it('prompts: the default one, or the one that is named', () => {
    expect(modelSettings(model('cls')).prompt).toBe('red ');
    expect(modelSettings(model('cls'), 'document').prompt).toBe('');
    expect(modelSettings(model('mean')).prompt).toBe('');
    expect(() => modelSettings(model('cls'), 'qurey')).toThrow(
      /no prompt 'qurey', it has query, document.*mean query/s,
    );
  });

  it('the token limit: its own, else the lesser of the tokenizer’s and the model’s', () => {
    const folder = join(scratch, 'limits');
    cpSync(model('mean'), folder, { recursive: true });
    const set = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value));
    set('sentence_bert_config.json', { max_seq_length: 7, do_lower_case: true });
    expect(modelSettings(folder)).toEqual({ maxTokens: 7, prompt: '', lowerCase: true });
    set('sentence_bert_config.json', {});
    expect(modelSettings(folder).maxTokens).toBe(12); // config.json's; the tokenizer would take 512
  });
});

describe('clip models that cannot be used', () => {
  it('say why', async () => {
    await expect(ClipTextEncoder.load({ model: model('mean') })).rejects.toThrow(
      /clip text encoder: .*must hold onnx\/text_model\.onnx/,
    );
    await expect(ClipTextEncoder.load({ model: model('clip'), precision: 'q8' })).rejects.toThrow(
      /onnx\/text_model_quantized\.onnx/,
    );
    await expect(SentenceTransformerEncoder.load({ model: model('clip') })).rejects.toThrow(
      /sentence transformer: .*must hold onnx\/model\.onnx/,
    );
    const bert = join(scratch, 'bert');
    cpSync(model('mean'), bert, { recursive: true });
    renameSync(join(bert, 'onnx/model.onnx'), join(bert, 'onnx/text_model.onnx'));
    await expect(ClipTextEncoder.load({ model: bert })).rejects.toThrow(/must hold a CLIP model.*'bert'/);
    const unprojected = join(scratch, 'unprojected');
    cpSync(bert, unprojected, { recursive: true });
    writeFileSync(join(unprojected, 'config.json'), JSON.stringify({ model_type: 'clip' }));
    const encoder = await ClipTextEncoder.load({ model: unprojected });
    await expect(encoder.encode(['a cat'])).rejects.toThrow(/expected text_embeds, got last_hidden_state/);
    await expect(encoder.encode([' '])).rejects.toThrow(/index 0/);
  });

  it('on a hub that cannot be reached: what to fetch and where to put it', async () => {
    const load = ClipTextEncoder.load({
      model: 'someone/clip',
      modelsFolder: join(scratch, 'models'),
      hub: 'http://127.0.0.1:9', // the discard port: nothing listens
    });
    await expect(load).rejects.toThrow(/clip text encoder: cannot fetch config\.json of someone\/clip/);
    await expect(load).rejects.toMatchObject({
      remedy: expect.stringMatching(/text_model\.onnx.*put them into/),
    });
  });
});
