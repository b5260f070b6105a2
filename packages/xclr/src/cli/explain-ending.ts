// Words for a process that ended without any of its own: what kills a training, and what to do about it.
import type { Ending } from './relaunch.js';

const explanations: Readonly<Partial<Record<NodeJS.Signals, readonly [what: string, remedy: string]>>> = {
  SIGKILL: [
    'the process was killed (SIGKILL): most often by the system, because memory ran out (`dmesg` or the container says so)',
    '`xclr train --dry-run …` tells the memory that training takes; lower --batch-size, --size or --cache-mib, or take a ' +
      'smaller --encoder. What was saved before is whole: xclr train --resume --run <folder>',
  ],
  SIGSEGV: [
    'the process crashed (SIGSEGV, a fault in native code)',
    'try it with XCLR_ALLOCATOR=none, which preloads no allocator, and look at `xclr doctor`; what was saved before is whole ' +
      'and resumes by --resume. Please report it with the output of `xclr doctor`',
  ],
  SIGILL: [
    'the process met an instruction that this processor does not have (SIGILL)',
    'LibTorch, OpenBLAS or the addon was built for another processor: `xclr doctor` tells which are in use; LIBTORCH chooses ' +
      'another LibTorch, and OPENBLAS_CORETYPE=Haswell other BLAS kernels',
  ],
  SIGBUS: [
    'the process lost memory that it had mapped (SIGBUS): a file was cut while it was read, or the disk or /dev/shm is full',
    'look at the free space, leave packed stores and caption caches alone while training, and resume by --resume',
  ],
  SIGABRT: [
    'the process gave up (SIGABRT): native code met a state that it does not expect, or memory could not be had',
    'the lines above may say more; lower --batch-size if memory is short, and look at `xclr doctor`',
  ],
};

/** What to tell of how a process ended; null where it spoke for itself. */
export function explainEnding({ signal }: Ending): string | null {
  const found = signal === null ? undefined : explanations[signal];
  return found === undefined ? null : `xclr: ${found[0]}\n  → ${found[1]}`;
}
