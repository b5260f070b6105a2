// Reads a Model2Vec folder (tokenizer.json, model.safetensors, config.json): static vectors of subword tokens.
// Follows model2vec's StaticModel (https://github.com/MinishLab/model2vec, model2vec/model.py).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import { floatsOf, parseSafetensors, type StoredTensor } from '../array-files.js';
import { readJson } from '../sentence-transformer/modules.js';
import { loadTokenizer } from '../sentence-transformer/text-model.js';
import type { StaticTable } from './table.js';

/** model2vec's default of `max_length`. */
const MAX_TOKENS = 512;
/** Words whose tokens are remembered; a full memory is emptied. */
const REMEMBERED_WORDS = 200_000;

type Json = Readonly<Record<string, unknown>>;

function numbersOf(tensor: StoredTensor, path: string): Float32Array {
  const copy = Uint8Array.from(tensor.bytes).buffer;
  if (tensor.dtype === 'I64') return Float32Array.from(new BigInt64Array(copy), Number);
  if (tensor.dtype === 'I32') return Float32Array.from(new Int32Array(copy));
  if (tensor.dtype === 'I8') return Float32Array.from(new Int8Array(copy));
  return floatsOf(tensor, path);
}

/**
 * Whether a text's tokens are those of its words, one after the other, so that each word needs to be taken apart once
 * only. Not so for Unigram over unsplit text: its best way may tie, and the rounding of the whole text's sum decides.
 */
function splitsAtSpaces({ pre_tokenizer: splitter, added_tokens: added }: Json): boolean {
  if (Array.isArray(added) && added.some((token: Json) => /\s/u.test(String(token.content)))) return false;
  const { type, prepend_scheme: prepend, split } = (splitter ?? {}) as Json;
  if (type === 'BertPreTokenizer' || type === 'Whitespace' || type === 'WhitespaceSplit') return true;
  return type === 'Metaspace' && prepend === 'always' && split !== false;
}

/** @throws {UserError} where a file is missing or not a Model2Vec model's */
export async function readModel2Vec(folder: string): Promise<StaticTable> {
  const need = ['tokenizer.json', 'model.safetensors'].filter((file) => !existsSync(join(folder, file)));
  if (need.length > 0) {
    throw new UserError(
      `static encoder: ${folder} must hold tokenizer.json and model.safetensors, lacks ${need.join(', ')}`,
      'Name a Model2Vec folder, or a text table (one word and its numbers per line, as GloVe and word2vec write).',
    );
  }
  const path = join(folder, 'model.safetensors');
  const { tensors } = parseSafetensors(readFileSync(path), path);
  const embeddings = tensors.get('embeddings') ?? tensors.get('embedding.weight');
  const [rows, dimensions] = embeddings?.shape ?? [];
  if (embeddings === undefined || rows === undefined || dimensions === undefined) {
    throw new UserError(
      `static encoder: ${path} must hold embeddings (tokens, width), got ${[...tensors.keys()].join(', ')}`,
      'It is not a static embedding model; a transformer is the encoder sentence-transformer.',
    );
  }
  const tokenizerJson = readJson(join(folder, 'tokenizer.json')) ?? {};
  const [weights, mapping] = ['weights', 'mapping'].map((name) => {
    const tensor = tensors.get(name);
    return tensor && numbersOf(tensor, path);
  });
  const tokenizer = await loadTokenizer(tokenizerJson);
  const unknown = unknownToken(tokenizerJson);
  const known = (ids: readonly number[]) => Int32Array.from(ids.filter((id) => id !== unknown));
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false });
  const words = new Map<string, Int32Array>();
  const wordTokens = (word: string): Int32Array => {
    let ids = words.get(word);
    if (ids === undefined) {
      if (words.size >= REMEMBERED_WORDS) words.clear();
      ids = known(encode(word));
      words.set(word, ids);
    }
    return ids;
  };
  const bySpaces = splitsAtSpaces(tokenizerJson);
  return {
    dimensions,
    vectors: numbersOf(embeddings, path),
    ...(weights && { weights }),
    ...(mapping && { mapping: Int32Array.from(mapping) }),
    maxTokens: MAX_TOKENS,
    files: ['config.json', 'model.safetensors', 'tokenizer.json'].map((file) => join(folder, file)),
    tokensOf: (text) =>
      bySpaces
        ? text
            .split(/\s+/u)
            .filter((word) => word !== '')
            .map(wordTokens)
        : [known(encode(text))],
  };
}

/** The id that stands for what the tokenizer does not know, which model2vec leaves out of the mean. */
function unknownToken({ model, added_tokens: added }: Json): number | undefined {
  const { unk_token: token, unk_id: id, vocab } = (model ?? {}) as Json;
  if (typeof id === 'number') return id;
  if (typeof token !== 'string') return undefined;
  const listed = Array.isArray(added) && added.find((entry: Json) => entry.content === token);
  if (listed) return Number(listed.id);
  const place = (vocab as Json | undefined)?.[token];
  return typeof place === 'number' ? place : undefined;
}
