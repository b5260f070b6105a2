// What stands in a checkpoint's state.json: the components' states, by name, under a numbered format and a checksum.
import { UserError } from '../util/errors.js';
import { sealedJson, unsealedJson } from '../util/sealed-json.js';

/** Raise it when a reader of today could not read what is written; `readState` then upgrades what was written before. */
export const checkpointFormat = 3;

/** Of a checkpoint, beside state.json. */
export const tensorFiles = ['model.safetensors', 'optimizer.safetensors'] as const;

/** A checkpoint that cannot be resumed from: damaged, missing, or of another version. */
export class CheckpointError extends UserError {}

export interface StateFile {
  readonly format: number;
  /** Each component's stateDict, without its tensors. */
  readonly components: Readonly<Record<string, unknown>>;
  /** sha256 of the tensor files beside this one. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Format 1 had everything at the top, and no number. */
interface FirstFormat {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  readonly bestValidationLoss: number | null;
  readonly seconds: number;
  readonly optimizer: unknown;
  readonly rngState: string;
  readonly checksums: Readonly<Record<string, string>>;
}

/** What state.json holds: the state, and the checksum of its text. */
export function formatState(state: StateFile): string {
  return sealedJson('state', state, 2);
}

/**
 * A state file's content, brought to the present format; undefined where it is damaged.
 * @throws {CheckpointError} for a format of a later version, which cannot be read
 */
export function parseState(text: string, where: string): StateFile | undefined {
  const found = unsealedJson('state', text) as StateFile | undefined;
  if (found === undefined) return unsealed(text);
  if (found.format === checkpointFormat) return found;
  throw new CheckpointError(
    `checkpoint: expected format ${checkpointFormat} or earlier, got format ${found.format} in ${where}`,
    'A later version of xclr wrote it: use that version.',
  );
}

/** Formats 1 and 2 had no checksum around them. */
function unsealed(text: string): StateFile | undefined {
  const content = JSON.parse(text) as Partial<StateFile> & Partial<FirstFormat>;
  if (content.checksums === undefined) return undefined;
  if (content.format === 2) return { ...(content as StateFile), format: checkpointFormat };
  return content.format === undefined && content.step !== undefined
    ? upgraded(content as FirstFormat)
    : undefined;
}

function upgraded(first: FirstFormat): StateFile {
  const { step, epoch, batch, bestValidationLoss, seconds, optimizer, rngState, checksums } = first;
  return {
    format: checkpointFormat,
    components: {
      optimizer,
      loader: { epoch, batch },
      schedule: { step },
      generator: { cpu: rngState },
      progress: { step, bestValidationLoss },
      stopwatch: { seconds },
    },
    checksums,
  };
}
