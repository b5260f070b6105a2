// A file of weights, whatever its format, as tensors by name.

import { io, type Tensor } from '@xclr/torch';
import { checksumOfFiles } from '../../util/checksum.js';
import { UserError } from '../../util/errors.js';
import { identify } from './identify.js';
import { type Checkpoint, readTensors } from './pytorch/checkpoint.js';
import { RefusedClass } from './pytorch/globals.js';
import { openLegacyCheckpoint } from './pytorch/legacy-checkpoint.js';
import { openZipCheckpoint } from './pytorch/zip-checkpoint.js';
import { findStateDict } from './state-dict.js';

/** A file that is known to hold tensors by name. */
export interface StateFile {
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Sentences about what was chosen and what was passed over. */
  readonly notes: readonly string[];
  /** The tensors by name, in the present scope: memory-mapped where the file allows it. */
  readonly read: () => Map<string, Tensor>;
}

/** @throws {UserError} that says what the file is, or what is wrong with it */
export async function openStateFile(path: string): Promise<StateFile> {
  const identified = identifyOrExplain(path);
  if (identified.kind === 'other')
    throw new UserError(`weights ${path}: it is ${identified.what}`, identified.remedy);
  const sha256 = await checksumOfFiles([path]);
  if (identified.kind === 'safetensors')
    return {
      path,
      sha256,
      notes: [],
      read: () => readOrExplain(path, () => io.readSafetensors(path).tensors),
    };
  const checkpoint = await openCheckpoint(path, identified.kind);
  const { state, keys, others } = findStateDict(checkpoint.root, path);
  const { passedOver } = checkpoint;
  return {
    path,
    sha256,
    notes: [
      ...(keys.length > 0 ? [`the state dict lies under '${keys.join('.')}'`] : []),
      ...(others.length > 0 ? [`others were left alone: ${others.join(', ')}`] : []),
      ...(passedOver.size > 0
        ? [`objects of these classes were passed over: ${[...passedOver].join(', ')}`]
        : []),
    ],
    read: () => readOrExplain(path, () => readTensors(checkpoint, state)),
  };
}

function identifyOrExplain(path: string) {
  try {
    return identify(path);
  } catch (error) {
    throw new UserError(
      `weights ${path}: it cannot be read: ${messageOf(error)}`,
      'Check the path and its permissions.',
    );
  }
}

async function openCheckpoint(path: string, kind: 'zip' | 'legacy'): Promise<Checkpoint> {
  try {
    return kind === 'zip' ? await openZipCheckpoint(path) : openLegacyCheckpoint(path);
  } catch (error) {
    throw new UserError(`weights ${path}: ${messageOf(error)}`, remedyOf(error));
  }
}

function remedyOf(error: unknown): string {
  const message = messageOf(error);
  if (error instanceof RefusedClass || /TorchScript|endian|views of each other/.test(message))
    return "Save the weights alone in Python: torch.save(model.state_dict(), 'weights.pth').";
  if (/no data\.pkl/.test(message)) return 'Give a file that torch.save wrote, or a .safetensors file.';
  return 'Fetch the file again: its download or copy was probably interrupted.';
}

function readOrExplain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(
      `weights ${path}: ${messageOf(error)}`,
      'Give a whole file: its download or copy was probably interrupted.',
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
