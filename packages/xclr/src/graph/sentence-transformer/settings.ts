// What a sentence-transformers folder says of its input: how many tokens, which prompt, which case.

import { join } from 'node:path';
import { minOf } from '../../util/arrays.js';
import { UserError } from '../../util/errors.js';
import { nearestName } from '../../util/nearest.js';
import { readJson } from './modules.js';

export interface ModelSettings {
  readonly maxTokens: number;
  /** Put before every caption; '' for none. */
  readonly prompt: string;
  readonly lowerCase: boolean;
}

/** As sentence-transformers: its own max_seq_length, else the lesser of the tokenizer's limit and the model's, else BERT's 512. */
function tokenLimit(folder: string, own: unknown): number {
  const limit = (value: unknown) => (typeof value === 'number' && value > 0 && value < 1e6 ? [value] : []);
  const [set] = limit(own);
  if (set !== undefined) return set;
  const others = [
    ...limit(readJson(join(folder, 'tokenizer_config.json'))?.model_max_length),
    ...limit(readJson(join(folder, 'config.json'))?.max_position_embeddings),
  ];
  return others.length === 0 ? 512 : minOf(others);
}

/** @param promptName a prompt of config_sentence_transformers.json; left out: its default, if it has one */
export function modelSettings(folder: string, promptName?: string): ModelSettings {
  const bert = readJson(join(folder, 'sentence_bert_config.json'));
  const config = readJson(join(folder, 'config_sentence_transformers.json'));
  const prompts = new Map(Object.entries((config?.prompts ?? {}) as Record<string, unknown>));
  const name = promptName ?? config?.default_prompt_name;
  const prompt = typeof name === 'string' ? prompts.get(name) : '';
  if (typeof prompt !== 'string') {
    const near = nearestName(String(name), [...prompts.keys()]);
    throw new UserError(
      `sentence transformer: ${folder} has no prompt '${name}', it has ${[...prompts.keys()].join(', ') || 'none'}`,
      near === undefined ? 'Leave the prompt out.' : `Did you mean ${near}?`,
    );
  }
  return {
    maxTokens: tokenLimit(folder, bert?.max_seq_length),
    prompt,
    lowerCase: bert?.do_lower_case === true,
  };
}
