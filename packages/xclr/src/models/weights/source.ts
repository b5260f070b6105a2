// What `--weights` names: a file, a folder, or a model on the Hugging Face hub.
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../util/errors.js';
import { fetchHubFile, HubRefusal, requestFailure } from '../../util/hub/fetch-file.js';
import { hubEndpoint, hubIsOffline, isHubName, modelsFolderOf } from '../../util/hub/settings.js';
import { checkArchitecture, type WantedEncoder } from './architecture.js';
import { type FolderFacts, factsOf, weightFileIn, weightFiles } from './folder.js';
import { openStateFile, type StateFile } from './state-file.js';

/** Weights that were found and opened, for an encoder that they are said to fit. */
export interface OpenedWeights extends StateFile {
  readonly facts: FolderFacts;
}

export interface OpenWeightsOptions {
  /** Where fetched models are kept; left out: $XCLR_MODELS, else ~/.cache/xclr/models. */
  readonly modelsFolder?: string | undefined;
  /** Left out: $HF_ENDPOINT, else https://huggingface.co */
  readonly hub?: string | undefined;
  /** No answer of the hub, or no more bytes, for so long is a failure; 20 s by default. */
  readonly timeoutMs?: number | undefined;
  /** A line for the user: what is being fetched, and where it lies. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Finds, fetches if need be, and opens what was named; nothing is loaded yet.
 * @throws {UserError} that says what was found instead, or that the weights are another encoder's
 */
export async function openWeights(
  given: string,
  wanted: WantedEncoder,
  options: OpenWeightsOptions = {},
): Promise<OpenedWeights> {
  const path = given.replace(/^~(?=\/)/, homedir());
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return openFolder(path, wanted);
    return { ...(await openStateFile(path)), facts: {} };
  }
  if (!isHubName(given) || /\.(safetensors|pth|pt|bin|tar|ckpt|onnx)$/i.test(given)) {
    throw new UserError(
      `weights: expected a file of weights, a folder or a name on the hub, there is nothing at ${given}`,
      'Check the path. A name on the hub has the form owner/name.',
    );
  }
  return openFolder(await fetchModel(given, wanted, options), wanted);
}

async function openFolder(folder: string, wanted: WantedEncoder): Promise<OpenedWeights> {
  const facts = factsOf(folder);
  checkArchitecture(facts, wanted, folder);
  return { ...(await openStateFile(weightFileIn(folder))), facts };
}

/** The folder of a model of the hub, with its config and one file of weights; what is there is not asked for again. */
async function fetchModel(
  model: string,
  wanted: WantedEncoder,
  { modelsFolder, hub, timeoutMs, onNotice }: OpenWeightsOptions,
): Promise<string> {
  const folder = resolve(modelsFolderOf(modelsFolder), model);
  const place = `put ${weightFiles[0]} and config.json of ${hubEndpoint(hub)}/${model} into ${folder} yourself`;
  if (weightFiles.some((file) => existsSync(join(folder, file)))) return folder;
  if (hubIsOffline()) {
    throw new UserError(
      `weights: there is nothing at ${model}, and HF_HUB_OFFLINE forbids to fetch it from the hub`,
      `Unset HF_HUB_OFFLINE, or ${place}.`,
    );
  }
  const fetch = async (file: string): Promise<boolean> => {
    try {
      return await fetchHubFile({ model, file, folder, hub, timeoutMs });
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `weights: there is nothing at ${model}, and ${hubEndpoint(hub)} ${error instanceof HubRefusal ? error.message : `cannot be reached for it: ${requestFailure(error)}`}`,
        error instanceof HubRefusal && [401, 403].includes(error.status)
          ? 'Check the name; for a private or gated model accept its terms on its page and set HF_TOKEN.'
          : `Check the path or the name, or ${place}.`,
      );
    }
  };
  onNotice?.(`fetching ${model} from ${hubEndpoint(hub)} into ${folder}`);
  if (await fetch('config.json')) checkArchitecture(factsOf(folder), wanted, model); // before anything large
  await fetch('preprocessor_config.json');
  for (const file of weightFiles) if (await fetch(file)) return folder;
  throw new UserError(
    `weights: there is nothing at ${model}, and ${hubEndpoint(hub)} has no ${weightFiles.join(' or ')} under that name`,
    'Check the path or the name: open its page on the hub and look at its files.',
  );
}
