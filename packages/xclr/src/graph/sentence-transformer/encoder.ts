// Captions to vectors by a sentence transformer: any feature-extraction model with ONNX files.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { UserError } from '../../util/errors.js';
import type { EncodedCaptions, EncodeOptions, TextEncoder } from '../text-encoder.js';
import { applyModules, type TokenVectors } from './apply-modules.js';
import { ensureModelFiles, type ModelSource, onnxFile } from './model-files.js';
import { type PoolingMode, readJson, readModules, type SentenceModule } from './modules.js';

export const defaultSentenceTransformer = 'Xenova/all-MiniLM-L6-v2';

export interface SentenceTransformerOptions extends Partial<ModelSource> {
  /** For models without modules.json; models trained with CLS pooling (BGE, GTE …) need 'cls'. */
  pooling?: PoolingMode;
  /** Captions a run of the model. */
  batch?: number;
  /** While files are fetched: which, and how many bytes so far. */
  onFile?: (file: string, bytes: number) => void;
}

interface Loaded {
  name: string;
  identity: string;
  tokenizer: PreTrainedTokenizer;
  model: PreTrainedModel;
  modules: readonly SentenceModule[];
  Tensor: typeof Tensor;
  maxTokens: number;
  batch: number;
}

async function checksum(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex').slice(0, 16);
}

/** Tokens that a model takes: sentence-transformers' own limit, else the tokenizer's, else BERT's 512. */
function tokenLimit(folder: string): number {
  const candidates = [
    readJson(join(folder, 'sentence_bert_config.json'))?.max_seq_length,
    readJson(join(folder, 'tokenizer_config.json'))?.model_max_length,
    readJson(join(folder, 'config.json'))?.max_position_embeddings,
  ];
  return Number(candidates.find((value) => typeof value === 'number' && value > 0 && value < 1e6) ?? 512);
}

/** Rows of separate calls may be compared: a caption's vector depends on nothing but the caption. */
export class SentenceTransformerEncoder implements TextEncoder {
  readonly usesContext = false;
  readonly name: string;
  readonly identity: string;
  readonly #loaded: Loaded;

  private constructor(loaded: Loaded) {
    this.name = loaded.name;
    this.identity = loaded.identity;
    this.#loaded = loaded;
  }

  /** Finds or fetches the files and loads the model. See `ensureModelFiles` for what it says without a network. */
  static async load({
    model = defaultSentenceTransformer,
    precision = 'float32',
    pooling = 'mean',
    batch = 32,
    onFile,
    ...place
  }: SentenceTransformerOptions = {}): Promise<SentenceTransformerEncoder> {
    const folder = await ensureModelFiles(
      { model, precision, ...place },
      onFile === undefined ? {} : { onFile },
    );
    const modules = readModules(folder, pooling);
    // Loaded late: the runtime takes half a second that other commands need not wait for.
    const { AutoModel, AutoTokenizer, Tensor } = await import('@huggingface/transformers');
    const dtype = precision === 'float32' ? 'fp32' : 'q8';
    const [tokenizer, transformer] = await Promise.all([
      AutoTokenizer.from_pretrained(folder, { local_files_only: true }),
      AutoModel.from_pretrained(folder, { local_files_only: true, dtype, device: 'cpu' }),
    ]).catch((error: unknown) => {
      throw new UserError(
        `sentence transformer: ${folder} cannot be loaded: ${error instanceof Error ? error.message : error}`,
        'It must be a text encoder that transformers.js can read; a damaged file can be deleted and is fetched again.',
      );
    });
    const files = [onnxFile(precision), 'tokenizer.json', 'config.json'].map((file) => join(folder, file));
    const layers = createHash('sha256');
    for (const module of modules) {
      layers.update(
        JSON.stringify(module, (key, value) => (key === 'weight' || key === 'bias' ? undefined : value)),
      );
      if (module.kind === 'dense') layers.update(module.weight).update(module.bias ?? new Float32Array());
    }
    return new SentenceTransformerEncoder({
      name: model,
      identity: `${model} ${precision} files ${await checksum(files)} layers ${layers.digest('hex').slice(0, 8)}`,
      tokenizer,
      model: transformer,
      modules,
      Tensor,
      maxTokens: tokenLimit(folder),
      batch,
    });
  }

  async encode(captions: readonly string[], { onProgress }: EncodeOptions = {}): Promise<EncodedCaptions> {
    const { tokenizer, maxTokens, batch } = this.#loaded;
    const empty = captions.findIndex((caption) => caption.trim() === '');
    if (empty >= 0)
      throw new UserError(`${this.name}: captions must not be empty, got one at index ${empty}`);
    const tokenized = captions.map((caption) => tokenizer.encode(caption));
    const lengths = tokenized.map((ids) => Math.min(ids.length, maxTokens));
    const truncated = tokenized.filter((ids) => ids.length > maxTokens).length;
    // Captions of one length need no padding, which costs as much as words.
    const order = captions.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]!);
    let vectors = new Float32Array();
    let dimensions = 0;
    for (let done = 0; done < order.length; done += batch) {
      const members = order.slice(done, done + batch);
      const { values, width } = await this.#run(members.map((i) => this.#cut(captions[i]!, tokenized[i]!)));
      if (dimensions === 0) {
        dimensions = width;
        vectors = new Float32Array(captions.length * width);
      }
      for (const [row, i] of members.entries())
        vectors.set(values.subarray(row * width, (row + 1) * width), i * width);
      onProgress?.(done + members.length, order.length);
    }
    const notes =
      truncated === 0
        ? []
        : [
            `${truncated} of ${captions.length} captions were longer than ${maxTokens} tokens and were cut there`,
          ];
    return { vectors, dimensions, notes };
  }

  /**
   * A caption's token ids, shortened to what the model takes. transformers.js would cut the closing special token
   * off with the rest; Python's tokenizers, and so the model's training, keep it.
   */
  #cut(caption: string, ids: readonly number[]): readonly number[] {
    const { tokenizer, maxTokens } = this.#loaded;
    if (ids.length <= maxTokens) return ids;
    const bare = tokenizer.encode(caption, { add_special_tokens: false });
    const specials = ids.length - bare.length;
    let opening = 0;
    while (opening < specials && ids[opening] !== bare[0]) opening++;
    const closing = specials - opening;
    return [...ids.slice(0, maxTokens - closing), ...ids.slice(ids.length - closing)];
  }

  async #run(batch: readonly (readonly number[])[]) {
    const { tokenizer, model, modules, Tensor } = this.#loaded;
    const tokens = batch.reduce((most, ids) => Math.max(most, ids.length), 0);
    const input = new BigInt64Array(batch.length * tokens).fill(BigInt(tokenizer.pad_token_id ?? 0));
    const mask = new Uint8Array(batch.length * tokens);
    for (const [row, ids] of batch.entries()) {
      for (const [t, id] of ids.entries()) {
        input[row * tokens + t] = BigInt(id);
        mask[row * tokens + t] = 1;
      }
    }
    const shape = [batch.length, tokens];
    const outputs = await model({
      input_ids: new Tensor('int64', input, shape),
      attention_mask: new Tensor('int64', BigInt64Array.from(mask, BigInt), shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(input.length), shape),
    });
    const hidden = outputs.last_hidden_state ?? outputs.token_embeddings;
    const [rows, , width] = hidden?.dims ?? [];
    if (hidden?.type !== 'float32' || rows !== batch.length || width === undefined) {
      throw new UserError(
        `${this.name}: expected token vectors (last_hidden_state), got ${Object.keys(outputs).join(', ')}`,
        'It is not a text encoder. Choose a feature-extraction model.',
      );
    }
    const from: TokenVectors = { values: hidden.data, batch: rows, tokens, width, mask };
    return applyModules(from, modules);
  }
}
