// What stands in a checkpoint's state.json: the components' states, by name, under a numbered format.
import { UserError } from '../util/errors.js';

/** Raise it when a reader of today could not read what is written; `stateOf` then upgrades what was written before. */
export const checkpointFormat = 2;

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

/**
 * A state file's content, brought to the present format.
 * @throws {UserError} for a format of a later version, which cannot be read
 */
export function stateOf(content: unknown, where: string): StateFile {
  const found = content as Partial<StateFile>;
  if (found.format === undefined) return upgraded(content as FirstFormat);
  if (found.format === checkpointFormat) return content as StateFile;
  throw new UserError(
    `checkpoint: expected format ${checkpointFormat} or earlier, got format ${found.format} in ${where}`,
    'A later version of xclr wrote it: use that version.',
  );
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
