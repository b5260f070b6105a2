// Starts the slow encoding child, kills it at a moment drawn by the seed, and compares what a resumed run leaves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const child = fileURLToPath(new URL('encode-slowly.mjs', import.meta.url));

/** Resolves with the exit code, or null where it was killed. */
export async function encodeInChild(
  folder: string,
  captions: number,
  batchMs: number,
  killAfterMs?: number,
): Promise<number | null> {
  const run = spawn(process.execPath, [child, folder, String(captions), String(batchMs)], {
    stdio: 'ignore',
  });
  const ended = once(run, 'exit');
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), ended]);
    run.kill('SIGKILL');
  }
  const [code] = (await ended) as [number | null];
  return code;
}

/** Every file of the only store in a folder, without the lock that a kill leaves. */
export function storeBytes(folder: string): Record<string, string> {
  const [store = ''] = readdirSync(folder);
  const files = readdirSync(join(folder, store)).filter((file) => file !== 'lock' && !file.endsWith('.tmp'));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, store, file), 'base64')]));
}
