// What `--weights` names: a file, a folder, or a model on the Hugging Face hub.
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { UserError } from '../../util/errors.js';
import { checkArchitecture, type WantedEncoder } from './architecture.js';
import { type FolderFacts, factsOf, weightFileIn } from './folder.js';
import { openStateFile, type StateFile } from './state-file.js';

/** Weights that were found and opened, for an encoder that they are said to fit. */
export interface OpenedWeights extends StateFile {
  readonly facts: FolderFacts;
}

/**
 * Finds, and opens, what was named; nothing is loaded yet.
 * @throws {UserError} that says what was found instead, or that the weights are another encoder's
 */
export async function openWeights(given: string, wanted: WantedEncoder): Promise<OpenedWeights> {
  const path = given.replace(/^~(?=\/)/, homedir());
  if (!existsSync(path)) {
    throw new UserError(
      `weights: expected a file of weights, a folder or a name on the hub, there is nothing at ${given}`,
      'Check the path. A name on the hub has the form owner/name.',
    );
  }
  if (!statSync(path).isDirectory()) return { ...(await openStateFile(path)), facts: {} };
  return openFolder(path, wanted);
}

async function openFolder(folder: string, wanted: WantedEncoder): Promise<OpenedWeights> {
  const facts = factsOf(folder);
  checkArchitecture(facts, wanted, folder);
  return { ...(await openStateFile(weightFileIn(folder))), facts };
}
