// How much memory this process may still take: the machine's, its container's, or a limit of its own.
import { existsSync, readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';

export interface MemoryLimit {
  /** Bytes that can still be had. */
  readonly available: number;
  /** Who says so: 'free memory', 'the memory limit of this container', … */
  readonly source: string;
}

/** Where the system tells of itself; a test has folders of its own. */
export interface SystemFiles {
  readonly proc: string;
  readonly cgroups: string;
}

const system: SystemFiles = { proc: '/proc', cgroups: '/sys/fs/cgroup' };

/** The narrowest of the limits that hold for this process. */
export function memoryLimit(files: SystemFiles = system): MemoryLimit {
  const found = [freeMemory(files), ...containerLimits(files), addressSpace(files)].filter(
    (limit) => limit !== null,
  );
  return found.reduce((narrowest, limit) => (limit.available < narrowest.available ? limit : narrowest));
}

/** What Linux calls available counts the file cache, which os.freemem does not. */
function freeMemory({ proc }: SystemFiles): MemoryLimit {
  const kibibytes = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(read(join(proc, 'meminfo')) ?? '')?.[1]);
  return { available: kibibytes > 0 ? kibibytes * 1024 : freemem(), source: 'free memory' };
}

/** Limits of this process's control groups and of those that they lie in, version 2 and version 1. */
function containerLimits({ proc, cgroups }: SystemFiles): MemoryLimit[] {
  const lines = (read(join(proc, 'self/cgroup')) ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return upwards(cgroups, path).flatMap((folder) => groupLimit(folder, version2));
    if (!controllers!.split(',').includes('memory')) return [];
    return upwards(join(cgroups, 'memory'), path).flatMap((folder) => groupLimit(folder, version1));
  });
}

const version2 = { limit: 'memory.max', usage: 'memory.current', cache: 'inactive_file' };
const version1 = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  cache: 'total_inactive_file',
};

/** A folder and those above it, up to the root; inside a container the path may belong to the outside: then only the root is there. */
function upwards(root: string, path: string): string[] {
  const folders = [root];
  for (let at = join(root, path); at.length > root.length; at = dirname(at)) folders.push(at);
  return folders.filter(existsSync);
}

function groupLimit(folder: string, names: typeof version2): MemoryLimit[] {
  const limit = Number(read(join(folder, names.limit))); // 'max' is no number
  const usage = Number(read(join(folder, names.usage)));
  if (!(limit > 0 && limit < 2 ** 60 && usage >= 0)) return [];
  // Cached files count as used, but make room when memory is asked for.
  const cache = Number(
    new RegExp(`^${names.cache} (\\d+)$`, 'm').exec(read(join(folder, 'memory.stat')) ?? '')?.[1] ?? 0,
  );
  return [{ available: Math.max(0, limit - usage + cache), source: 'the memory limit of this container' }];
}

/** `ulimit -v`: counts every address that is reserved, touched or not. */
function addressSpace({ proc }: SystemFiles): MemoryLimit | null {
  const limit = Number(/^Max address space\s+(\d+)/m.exec(read(join(proc, 'self/limits')) ?? '')?.[1]);
  const size = Number(/^VmSize:\s+(\d+) kB$/m.exec(read(join(proc, 'self/status')) ?? '')?.[1]) * 1024;
  if (!(limit > 0 && size > 0)) return null;
  return { available: Math.max(0, limit - size), source: 'the limit on address space (ulimit -v)' };
}

/** Bytes of this process's memory in use now. */
export function presentMemory(): number {
  return process.memoryUsage.rss();
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
