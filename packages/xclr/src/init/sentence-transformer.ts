// Whether the sentence transformer of the paper can be had: it lies on this machine, or the hub answers.
import { missingFiles, hubMiniLm as model, modelFolder } from '../graph/sentence-transformer/model-files.js';
import { hubEndpoint, hubIsOffline } from '../util/hub/settings.js';

export type SentenceTransformer = 'here' | 'on the hub' | 'out of reach';

/** Milliseconds to wait for the hub. */
const patience = 2000;

export async function sentenceTransformer(): Promise<SentenceTransformer> {
  const { folder } = modelFolder({ model });
  if (missingFiles(folder, { precision: 'float32' }).length === 0) return 'here';
  if (hubIsOffline()) return 'out of reach';
  try {
    const { ok } = await fetch(`${hubEndpoint()}/${model}/resolve/main/config.json`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(patience),
    });
    return ok ? 'on the hub' : 'out of reach';
  } catch {
    return 'out of reach';
  }
}
