// What follows the transformer in a sentence-transformers model: pooling, dense layers, normalization.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';
import { floatsOf, parseSafetensors } from '../array-files.js';

/** How token vectors become one; several are joined in this order, as sentence-transformers joins them. */
export type PoolingMode = 'cls' | 'max' | 'mean' | 'mean_sqrt_len' | 'weightedmean' | 'lasttoken';

export type SentenceModule =
  | {
      readonly kind: 'pooling';
      readonly modes: readonly PoolingMode[];
      /** The prompt's tokens are left out of the pooling (`include_prompt: false`, as INSTRUCTOR has it). */
      readonly excludePrompt?: true;
    }
  | {
      readonly kind: 'dense';
      readonly inputs: number;
      readonly outputs: number;
      /** (outputs, inputs) row-major */
      readonly weight: Float32Array;
      readonly bias: Float32Array | null;
      readonly activation: 'identity' | 'tanh' | 'relu' | 'gelu';
    }
  | { readonly kind: 'normalize' };

const MODES: readonly PoolingMode[] = ['cls', 'max', 'mean', 'mean_sqrt_len', 'weightedmean', 'lasttoken'];
const FLAGS: Readonly<Record<PoolingMode, string>> = {
  cls: 'pooling_mode_cls_token',
  max: 'pooling_mode_max_tokens',
  mean: 'pooling_mode_mean_tokens',
  mean_sqrt_len: 'pooling_mode_mean_sqrt_len_tokens',
  weightedmean: 'pooling_mode_weightedmean_tokens',
  lasttoken: 'pooling_mode_lasttoken',
};

/** What `pooling_mode` calls each. */
const names: Readonly<Record<PoolingMode, readonly string[]>> = {
  cls: ['cls'],
  max: ['max'],
  mean: ['mean'],
  mean_sqrt_len: ['mean_sqrt_len_tokens', 'mean_sqrt_len'],
  weightedmean: ['weightedmean'],
  lasttoken: ['lasttoken'],
};

type Json = Readonly<Record<string, unknown>>;

/** A JSON object from a file; null where there is no file. */
export function readJson(path: string): Json | null {
  if (!existsSync(path)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch {}
  throw new UserError(`${path} is damaged: expected a JSON object`, 'Delete the file and fetch it again.');
}

/**
 * As sentence-transformers 6.0.1 reads it (sentence_transformer/modules/pooling.py): `pooling_mode` names one mode or lists
 * several, joined in the order of the list; older files have a flag for each mode, joined in the order of MODES, and mean where
 * none is set.
 */
function poolingOf(config: Json, path: string): SentenceModule {
  const named = config.pooling_mode;
  const flagged = MODES.filter((mode) => config[FLAGS[mode]] === true);
  const listed =
    named === undefined || named === null
      ? flagged.length === 0
        ? ['mean']
        : flagged
      : (Array.isArray(named) ? named : String(named).split('+')).map(String);
  const modes = listed.map((name) => MODES.find((mode) => names[mode].includes(name.toLowerCase())));
  if (modes.length === 0 || modes.includes(undefined)) {
    throw new UserError(
      `${path}: expected pooling by ${MODES.join(', ')}, got ${listed.join(', ') || 'none'}`,
      'Choose another model, or correct pooling_mode in its config.json.',
    );
  }
  return {
    kind: 'pooling',
    modes: modes.filter((mode) => mode !== undefined),
    ...(config.include_prompt === false && { excludePrompt: true }),
  };
}

function denseOf(folder: string, config: Json): SentenceModule {
  const path = join(folder, 'model.safetensors');
  if (!existsSync(path)) {
    throw new UserError(
      `${folder}: the dense layer needs model.safetensors, which is not there`,
      'Where there is only pytorch_model.bin, save the model again with a recent sentence-transformers.',
    );
  }
  const { tensors } = parseSafetensors(readFileSync(path), path);
  const weight = tensors.get('linear.weight');
  const bias = tensors.get('linear.bias');
  const [outputs, inputs] = weight?.shape ?? [];
  if (weight === undefined || outputs === undefined || inputs === undefined) {
    throw new UserError(
      `${path}: expected linear.weight of two dimensions, got ${[...tensors.keys()].join(', ')}`,
    );
  }
  const name = String(config.activation_function ?? 'Tanh')
    .split('.')
    .at(-1)!
    .toLowerCase();
  const activation = (['identity', 'tanh', 'relu', 'gelu'] as const).find((known) => known === name);
  if (activation === undefined) {
    throw new UserError(
      `${folder}: expected activation Identity, Tanh, ReLU or GELU, got ${config.activation_function}`,
    );
  }
  return {
    kind: 'dense',
    inputs,
    outputs,
    weight: floatsOf(weight, path),
    bias: bias === undefined ? null : floatsOf(bias, path),
    activation,
  };
}

/** Folders of modules.json beside the transformer's own: their files must be fetched too. */
export function moduleFolders(modulesJson: Json | null): { kind: string; path: string }[] {
  if (modulesJson === null) return [];
  return Object.values(modulesJson).map((entry) => {
    const { type = '', path = '' } = typeof entry === 'object' && entry !== null ? (entry as Json) : {};
    return { kind: String(type).split('.').at(-1)!, path: String(path) };
  });
}

/**
 * The layers that a model's modules.json lists. Exports without that file (such as Xenova's) get `fallback`
 * pooling and normalization.
 */
export function readModules(folder: string, fallback: PoolingMode): SentenceModule[] {
  const listed = moduleFolders(readJson(join(folder, 'modules.json')));
  if (listed.length === 0) return [{ kind: 'pooling', modes: [fallback] }, { kind: 'normalize' }];
  return listed.flatMap(({ kind, path }): SentenceModule[] => {
    const place = join(folder, path);
    if (kind === 'Transformer') return [];
    if (kind === 'Normalize') return [{ kind: 'normalize' }];
    const config = readJson(join(place, 'config.json'));
    if (config === null)
      throw new UserError(`${place}: config.json is missing`, 'Fetch the whole model folder.');
    if (kind === 'Pooling') return [poolingOf(config, place)];
    if (kind === 'Dense') return [denseOf(place, config)];
    throw new UserError(
      `${join(folder, 'modules.json')}: expected Transformer, Pooling, Dense or Normalize, got ${kind}`,
      'Choose another model; text encoders for images or static embeddings are of another kind.',
    );
  });
}
