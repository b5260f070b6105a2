// Captions to vectors by CLIP's text tower (text_embeds: after the projection, before normalization).
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import { modelChecksum } from '../checksum.js';
import { normalizeRows, type Rows } from '../sentence-transformer/apply-modules.js';
import { encodeTexts } from '../sentence-transformer/encode-texts.js';
import { ensureModelFiles, type ModelSource, onnxFile } from '../sentence-transformer/model-files.js';
import { readJson } from '../sentence-transformer/modules.js';
import { loadTextModel, type TextModel } from '../sentence-transformer/text-model.js';
import { tokenBatch } from '../sentence-transformer/token-batch.js';
import type { EncodedCaptions, EncodeOptions, TextEncoder } from '../text-encoder.js';

const defaultClipModel = 'Xenova/clip-vit-base-patch32';

/** CLIP's own context length. */
const DEFAULT_TOKENS = 77;

/** Model and precision of CLIP's text encoder. */
export interface ClipTextOptions extends Partial<Omit<ModelSource, 'part'>> {
  /** Captions a run of the model. */
  batch?: number;
  /** While files are fetched: which, and how many bytes so far. */
  onFile?: (file: string, bytes: number) => void;
}

interface Loaded {
  name: string;
  identity: string;
  model: TextModel;
  maxTokens: number;
  batch: number;
}

/** Raw cosines of CLIP's captions sit between about 0.7 and 0.95: center them, or calibrate τ_s. */
export class ClipTextEncoder implements TextEncoder {
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

  /** Finds or fetches the files and loads the text tower alone. See `ensureModelFiles` for its errors. */
  static async load({
    model = defaultClipModel,
    precision = 'float32',
    batch = 32,
    onFile,
    ...place
  }: ClipTextOptions = {}): Promise<ClipTextEncoder> {
    const source = { model, precision, part: 'clip-text', ...place } as const;
    const folder = await ensureModelFiles(source, onFile === undefined ? {} : { onFile });
    const config = readJson(join(folder, 'config.json'));
    const type = String(config?.model_type);
    if (!type.startsWith('clip')) {
      throw new UserError(
        `clip text encoder: ${folder} must hold a CLIP model, its config.json says '${type}'`,
        'For other text models use the encoder sentence-transformer.',
      );
    }
    const tower = await loadTextModel(folder, onnxFile(source)).catch((error: unknown) => {
      throw new UserError(
        `clip text encoder: ${folder} cannot be loaded: ${error instanceof Error ? error.message : error}`,
        'It must be an ONNX export of CLIP with a tokenizer.json. If a file is damaged, delete it, and it is downloaded again.',
      );
    });
    const files = [onnxFile(source), 'tokenizer.json', 'config.json'].map((file) => join(folder, file));
    const text = (config?.text_config ?? config) as Readonly<Record<string, unknown>>;
    return new ClipTextEncoder({
      name: model,
      identity: `${model} clip text ${precision} files ${await modelChecksum(files)}`,
      model: tower,
      maxTokens: Number(text.max_position_embeddings ?? DEFAULT_TOKENS),
      batch,
    });
  }

  async encode(captions: readonly string[], { onProgress }: EncodeOptions = {}): Promise<EncodedCaptions> {
    const { name, model, maxTokens, batch } = this.#loaded;
    const run = (texts: readonly (readonly number[])[]) => this.#run(texts);
    return encodeTexts(captions, { name, tokenizer: model.tokenizer, maxTokens, batch, run }, onProgress);
  }

  async #run(batch: readonly (readonly number[])[]): Promise<Rows> {
    const { model } = this.#loaded;
    const { input, mask, shape } = tokenBatch(model.tokenizer, batch);
    const outputs = await model.run(input, mask, shape);
    const embeds = outputs.text_embeds;
    const [rows, width] = embeds?.dims ?? [];
    if (embeds?.type !== 'float32' || rows !== batch.length || width === undefined) {
      throw new UserError(
        `${this.name}: expected text_embeds, got ${Object.keys(outputs).join(', ')}`,
        "Export CLIP's text tower with its projection (CLIPTextModelWithProjection).",
      );
    }
    const out = { values: Float32Array.from(embeds.data as Float32Array), width };
    normalizeRows(out);
    return out;
  }
}
