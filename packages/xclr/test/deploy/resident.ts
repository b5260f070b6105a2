// How much memory a server takes, with the processes that decode for it.
import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process and its children (a server's decoders), in MB. */
export function residentOf(pid: number): number {
  const status = (one: number) => {
    try {
      return readFileSync(`/proc/${one}/status`, 'utf8');
    } catch {
      return ''; // it has ended
    }
  };
  const kilobytes = (text: string) => Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => status(Number(name)))
    .filter((text) => Number(/PPid:\s+(\d+)/.exec(text)?.[1]) === pid);
  return [status(pid), ...children].reduce((sum, text) => sum + kilobytes(text), 0) / 1000;
}
