// What this machine's processor can do.
import { readFileSync } from 'node:fs';

/** Feature flags as Linux names them: 'avx2', 'avx512f'; empty where unknown. */
export function cpuFlags(): ReadonlySet<string> {
  try {
    const line = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return new Set(line?.[1]?.split(' ') ?? []);
  } catch {
    return new Set();
  }
}
