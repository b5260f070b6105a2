// Captions to vectors by a sentence transformer: any feature-extraction model with ONNX files.
import { join } from 'node:path';
import { sha256 } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { modelChecksum } from '../checksum.js';
import type { EncodedCaptions, EncodeOptions, TextEncoder } from '../text-encoder.js';
import { applyModules, type TokenVectors } from './apply-modules.js';
import { defaultModel } from './default-model.js';
import { encodeTexts } from './encode-texts.js';
import { ensureModelFiles, type ModelSource, onnxFile } from './model-files.js';
import { type PoolingMode, readModules, type SentenceModule } from './modules.js';
import { type ModelSettings, modelSettings } from './settings.js';
import { loadTextModel, type TextModel } from './text-model.js';
import { promptTokens, tokenBatch } from './token-batch.js';

/** Model, precision and threads of a sentence transformer. */
export interface SentenceTransformerOptions extends Partial<ModelSource> {
  /** For models without modules.json; models trained with CLS pooling (BGE, GTE …) need 'cls'. */
  pooling?: PoolingMode;
  /**
   * Name of a prompt in config_sentence_transformers.json (such as 'query'), put before every caption. Left out: that
   * file's default_prompt_name.
   */
  prompt?: string;
  /** Captions a run of the model. */
  batch?: number;
  /** While files are fetched: which, and how many bytes so far. */
  onFile?: (file: string, bytes: number) => void;
}

interface Loaded {
  name: string;
  identity: string;
  model: TextModel;
  modules: readonly SentenceModule[];
  settings: ModelSettings;
  /** Length of the prompt, for models that leave it out of the pooling. */
  promptTokens: number;
  batch: number;
}

/** Encodes captions with a sentence transformer. Rows of separate calls may be compared: a caption's vector depends on nothing but the caption. */
export class SentenceTransformerEncoder implements TextEncoder {
  readonly usesContext = false;
  readonly independent = true;
  readonly name: string;
  readonly identity: string;
  readonly #loaded: Loaded;

  private constructor(loaded: Loaded) {
    this.name = loaded.name;
    this.identity = loaded.identity;
    this.#loaded = loaded;
  }

  /** Finds, converts or fetches the files and loads the model. See `ensureModelFiles` for what it says without a network. */
  static async load({
    model: named,
    precision = 'float32',
    pooling = 'mean',
    prompt,
    batch = 32,
    onFile,
    ...place
  }: SentenceTransformerOptions = {}): Promise<SentenceTransformerEncoder> {
    const model = named ?? defaultModel({ precision, modelsFolder: place.modelsFolder }).model;
    const folder = await ensureModelFiles(
      { model, precision, ...place },
      onFile === undefined ? {} : { onFile },
    );
    const modules = readModules(folder, pooling);
    const settings = modelSettings(folder, prompt);
    const transformer = await loadTextModel(folder, onnxFile({ precision })).catch((error: unknown) => {
      throw new UserError(
        `sentence transformer: ${folder} cannot be loaded: ${error instanceof Error ? error.message : error}`,
        'It must be a text encoder with a tokenizer.json and an ONNX file. If a file is damaged, delete it, and it is downloaded again.',
      );
    });
    const promptLength = promptTokens(transformer.tokenizer, settings.prompt);
    const excludes = modules.some((module) => module.kind === 'pooling' && module.excludePrompt);
    if (excludes && promptLength >= settings.maxTokens - 1)
      throw new UserError(
        `sentence transformer: ${folder} leaves its prompt out of the vector, but the prompt has ${promptLength} tokens, and the model takes ${settings.maxTokens}`,
        'Choose a shorter prompt, or another model.',
      );
    const files = [onnxFile({ precision }), 'tokenizer.json', 'config.json'].map((file) =>
      join(folder, file),
    );
    const layers = modules.flatMap((module) => [
      JSON.stringify(module, (key, value) => (key === 'weight' || key === 'bias' ? undefined : value)),
      ...(module.kind === 'dense' ? [module.weight, module.bias ?? new Float32Array()] : []),
    ]);
    return new SentenceTransformerEncoder({
      name: model,
      identity: `${model} ${precision} files ${await modelChecksum(files)} layers ${sha256(JSON.stringify(settings), ...layers).slice(0, 8)}`,
      model: transformer,
      modules,
      settings,
      promptTokens: promptLength,
      batch,
    });
  }

  async encode(captions: readonly string[], { onProgress }: EncodeOptions = {}): Promise<EncodedCaptions> {
    const { name, model, settings, batch } = this.#loaded;
    const { maxTokens, prompt, lowerCase } = settings;
    const prepare = (caption: string) => prompt + (lowerCase ? caption.toLowerCase() : caption);
    const run = (texts: readonly (readonly number[])[]) => this.#run(texts);
    return encodeTexts(
      captions,
      { name, tokenizer: model.tokenizer, maxTokens, batch, prepare, run },
      onProgress,
    );
  }

  async #run(batch: readonly (readonly number[])[]) {
    const { model, modules, promptTokens } = this.#loaded;
    const { input, mask, shape } = tokenBatch(model.tokenizer, batch);
    const outputs = await model.run(input, mask, shape);
    const hidden = outputs.last_hidden_state ?? outputs.token_embeddings;
    const [rows, , width] = hidden?.dims ?? [];
    if (hidden?.type !== 'float32' || rows !== batch.length || width === undefined) {
      throw new UserError(
        `${this.name}: expected token vectors (last_hidden_state), got ${Object.keys(outputs).join(', ')}`,
        'It is not a text encoder. Choose a feature-extraction model.',
      );
    }
    const values = hidden.data as Float32Array;
    const from: TokenVectors = { values, batch: rows, tokens: shape[1], width, mask };
    return applyModules(from, modules, promptTokens);
  }
}
