// Which process wrote a lock or a temporary file, and whether it has ended. A process id alone does not tell: ids are given
// anew, after a restart of the machine or of a container at once.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who a process is, to others on its host and on hosts that share its disk. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The kernel's id of the time since it booted (Linux), else null: process ids mean nothing in another. */
  readonly boot: string | null;
  /** When the process began, in clock ticks since boot (Linux), else null: process ids are given anew. */
  readonly started: string | null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Field 22 of /proc/PID/stat; the second, a name in parentheses, may hold spaces. */
function startOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

const bootId = () => textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? null;

let own: ProcessIdentity | undefined;

/** Who this process is. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  own ??= { pid, host: hostname(), boot: bootId(), started: startOf(pid) };
  return own;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True where the process surely no longer runs. Of another host nothing is known. */
export function hasEnded({ pid, host, boot, started }: ProcessIdentity): boolean {
  const here = thisProcess();
  if (host !== here.host) return false;
  if (boot !== null && here.boot !== null && boot !== here.boot) return true;
  if (!alive(pid)) return true;
  const begun = startOf(pid);
  return started !== null && begun !== null && started !== begun;
}
