// What `xclr doctor` looks at: collects facts about this machine, measuring nothing.
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import type { BuildInfo } from '@xclr/torch';
import { hasOnnxruntime } from '../../util/onnxruntime.js';
import { type Machine, thisMachine } from '../environment.js';

/** LibTorch as it answered, or why it did not. */
export type TorchFacts =
  | { readonly loaded: true; readonly info: BuildInfo; readonly threads: number }
  | { readonly loaded: false; readonly reason: string };

export interface Facts {
  readonly node: { readonly version: string; readonly system: string };
  readonly torch: TorchFacts;
  /** Paths of the shared libraries in this process, once LibTorch is loaded; empty where that cannot be known. */
  readonly libraries: readonly string[];
  readonly machine: Machine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  /** Bytes free where runs are written. */
  readonly disk: { readonly path: string; readonly free: number };
  /** Packages that do not load, with the reason. */
  /** Whether the optional package onnxruntime-node is installed. */
  readonly onnxruntime: boolean;
  readonly brokenPackages: readonly { readonly name: string; readonly reason: string }[];
  readonly hub: { readonly url: string; readonly problem: string | null };
  /** The default sentence transformer and the place of its files; null where they are not on this machine. */
  readonly sentenceTransformer: string | null;
}

/** Milliseconds to wait for the hub: it either answers soon or is not there. */
const hubPatience = 3000;

export async function collectFacts(sentenceTransformer: string | null): Promise<Facts> {
  const onnxruntime = hasOnnxruntime();
  const [torch, disk, hub, brokenPackages] = await Promise.all([
    torchFacts(),
    diskFacts(process.cwd()),
    hubFacts(),
    packageFacts(['sharp', '@huggingface/tokenizers', ...(onnxruntime ? ['onnxruntime-node'] : [])]),
  ]);
  return {
    node: { version: process.versions.node, system: `${process.platform} ${process.arch}` },
    torch,
    libraries: loadedLibraries(),
    machine: thisMachine(),
    environment: process.env,
    cores: availableParallelism(),
    memory: { total: totalmem(), free: freeMemory() },
    disk,
    onnxruntime,
    brokenPackages,
    hub,
    sentenceTransformer,
  };
}

/** Loading fails where nothing is built, or LibTorch is gone: the reason is what doctor is asked for. */
async function torchFacts(): Promise<TorchFacts> {
  try {
    const { buildInfo, getNumThreads } = await import('@xclr/torch');
    return { loaded: true, info: buildInfo(), threads: getNumThreads() };
  } catch (error) {
    return { loaded: false, reason: reasonOf(error) };
  }
}

/** Linux lists what a process has mapped, which is the truth about which BLAS and allocator are in use. */
function loadedLibraries(): string[] {
  try {
    const paths = readFileSync('/proc/self/maps', 'utf8').matchAll(/ (\/\S+\.so\S*)$/gm);
    return [...new Set([...paths].map((match) => match[1]!))];
  } catch {
    return [];
  }
}

/** os.freemem counts the file cache as used; what Linux calls available does not. */
function freeMemory(): number {
  try {
    const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    return line === null ? freemem() : Number(line[1]) * 1024;
  } catch {
    return freemem();
  }
}

async function diskFacts(path: string): Promise<Facts['disk']> {
  const { bavail, bsize } = await statfs(path);
  return { path, free: bavail * bsize };
}

async function hubFacts(): Promise<Facts['hub']> {
  const url = process.env.HF_ENDPOINT ?? 'https://huggingface.co';
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(hubPatience) });
    return { url, problem: null };
  } catch (error) {
    return { url, problem: reasonOf(error) };
  }
}

async function packageFacts(names: readonly string[]): Promise<Facts['brokenPackages']> {
  const checks = names.map(async (name) => {
    try {
      await import(name);
      return [];
    } catch (error) {
      return [{ name, reason: reasonOf(error) }];
    }
  });
  return (await Promise.all(checks)).flat();
}

/** The first line of an error; fetch hides what happened in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${hubPatience / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return (cause === '' ? error.message : cause).split('\n')[0]!;
}
