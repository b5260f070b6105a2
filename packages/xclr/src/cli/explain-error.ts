// What a user can do about an error: words for what the file system and the network refuse, without a stack.
import { explainDeviceMemory } from '../util/device-memory.js';
import { UserError } from '../util/errors.js';
import { isDiskFull } from '../util/full-disk.js';

const reasons: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check the path.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path.'],
  EISDIR: ['it is a folder; a file is expected', 'Name a file.'],
  EEXIST: ['something else is there already', 'Choose another name, or remove what is there.'],
  ENOTEMPTY: ['the folder is not empty', 'Choose another name, or empty the folder.'],
  EACCES: ['permission denied', 'Choose a place that you may read and write, or change its permissions.'],
  EPERM: ['permission denied', 'Choose a place that you may read and write, or change its permissions.'],
  EROFS: ['the file system is read-only', 'Choose a folder that you may write to.'],
  EMFILE: ['too many files are open', 'Raise the limit with ulimit -n, or use fewer --workers.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter name.'],
  ELOOP: ['a link points to itself', 'Check the links on the path.'],
  EADDRINUSE: ['the port is in use', 'Choose another with --port.'],
  ECONNREFUSED: ['nothing listens at that address', 'Check the address and that the server runs.'],
  ENOTFOUND: ['the host is unknown', 'Check the address and the network.'],
};

/** What a user can act on, without a stack; null for a fault of ours. */
export function explainError(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  // By its name: importing its class would load @xclr/torch for every command.
  if (error instanceof Error && (error.name === 'LibtorchError' || error.name === 'GroupError'))
    return error.message;
  const fullMemory = explainDeviceMemory(error);
  if (fullMemory !== null) return fullMemory.message;
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (isDiskFull(error))
    return `the disk is full: ${error.message}\n  → Free some space, then run the command again.`;
  // Errors of Node's own making ('ERR_…') are ours; those of the system name the call.
  if (!('syscall' in error)) return null;
  const found = reasons[String(error.code)];
  if (found === undefined) return null;
  const [what, remedy] = found;
  const where = 'path' in error ? String(error.path) : error.message;
  return `${where}: ${what}\n  → ${remedy}`;
}

/** The exit status for an error: its own where it has one, such as 75 where another process of a training failed; else 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof Error && error.name === 'GroupError' && 'exitCode' in error
    ? Number(error.exitCode)
    : 1;
}
