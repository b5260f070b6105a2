// A text model in Hugging Face's layout: its tokenizer, and its ONNX file in a session of onnxruntime.
import { join } from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { Tensor } from 'onnxruntime-node';
import { loadOnnxruntime } from '../../util/onnxruntime.js';
import { readJson } from './modules.js';

/** What `cutTokens` and `tokenBatch` need. */
export interface TextTokenizer {
  encode(text: string, options?: { add_special_tokens?: boolean }): readonly number[];
  /** What fills a batch's shorter rows; they are masked, so that any id serves where the model names none. */
  readonly padId: number;
}

export interface TextModel {
  readonly tokenizer: TextTokenizer;
  /**
   * One pass. @param input (batch, tokens) ids @param mask (batch, tokens), 1 where a token is real
   * @returns the model's outputs by name
   */
  run(
    input: BigInt64Array,
    mask: Uint8Array,
    shape: readonly [number, number],
  ): Promise<Readonly<Record<string, Tensor>>>;
}

/**
 * Files are loaded late, when the model is: the runtime takes half a second that other commands need not wait for.
 * @param file the ONNX file, below `folder`
 */
export async function loadTextModel(folder: string, file: string): Promise<TextModel> {
  const [tokenizer, ort] = await Promise.all([
    loadTokenizer(readJson(join(folder, 'tokenizer.json')), readJson(join(folder, 'tokenizer_config.json'))),
    loadOnnxruntime(),
  ]);
  const session = await ort.InferenceSession.create(join(folder, file), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3, // errors
  });
  const int64 = (data: BigInt64Array, shape: readonly number[]) => new ort.Tensor('int64', data, shape);
  return {
    tokenizer,
    run(input, mask, shape) {
      const feeds = {
        input_ids: int64(input, shape),
        attention_mask: int64(BigInt64Array.from(mask, BigInt), shape),
        token_type_ids: int64(new BigInt64Array(input.length), shape),
      };
      const taken = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
      return session.run(Object.fromEntries(taken));
    },
  };
}

type Json = Readonly<Record<string, unknown>>;

/** @param config what tokenizer_config.json holds */
export async function loadTokenizer(json: Json | null, config: Json | null = null): Promise<TextTokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(json ?? {}, config ?? {});
  return {
    padId: padIdOf(tokenizer, config ?? {}),
    encode: (text, { add_special_tokens = true } = {}) => tokenizer.encode(text, { add_special_tokens }).ids,
  };
}

function padIdOf(tokenizer: Tokenizer, { pad_token: token }: Json): number {
  const text = typeof token === 'object' && token !== null ? (token as Json).content : token;
  return typeof text === 'string' ? (tokenizer.token_to_id(text) ?? 0) : 0;
}
