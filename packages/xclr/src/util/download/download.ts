// Downloads one file so that nothing is lost: resumes after a cut, checks the length and the checksum, then renames.

import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checksumOfFiles } from '../checksum.js';
import { UserError } from '../errors.js';
import { attempt, type DownloadOptions, Interrupted } from './connection.js';
import { PartFile } from './part-file.js';
import type { DownloadableFile } from './types.js';

export type { DownloadOptions } from './connection.js';

/** A server that gives a byte a connection would otherwise keep a download open forever. */
const mostTries = 200;

/** Longest wait that a server may ask for, in seconds. */
const longestWait = 300;

async function untilComplete(
  file: DownloadableFile,
  part: PartFile,
  options: DownloadOptions,
): Promise<void> {
  const { retries = 5, backOff = 1, jitter = 0, stop, onNotice } = options;
  let failures = 0;
  for (let tries = 1; ; tries++) {
    const before = part.size;
    try {
      await attempt(file, part, options);
      return;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      failures = part.size > before ? 1 : failures + 1;
      if (failures > retries || tries >= mostTries) {
        throw new UserError(
          `${options.subject ?? 'data get'}: ${file.url} could not be downloaded: ${error.message} (tried ${tries} times)`,
          `The same command resumes from the ${part.size} bytes that are here. If this machine reaches no web server, download the file elsewhere.`,
        );
      }
      const spread = 1 - jitter * Math.random(); // not seeded: processes are not to agree, and nothing else follows from it
      const own = backOff * 2 ** (failures - 1) * spread;
      const wait = Math.min(longestWait, Math.max(error.seconds ?? 0, own));
      onNotice?.(`${basename(file.url)}: ${error.message}; trying again in ${Number(wait.toPrecision(2))} s`);
      await sleep(wait * 1000, undefined, stop === undefined ? {} : { signal: stop });
    }
  }
}

async function verify(
  file: DownloadableFile,
  part: PartFile,
  target: string,
  { onNotice, subject = 'data get', keepNotes = false }: DownloadOptions,
): Promise<void> {
  const { checksum, bytes } = file;
  if (checksum === null && keepNotes) return; // the notes tell one version from another
  if (checksum === null) {
    if (bytes !== null && part.size !== bytes)
      onNotice?.(`${basename(target)}: ${part.size} bytes, ${bytes} were published`);
    onNotice?.(
      `${basename(target)}: no checksum is published, so its bytes could not be checked; sha256 ${await checksumOfFiles([part.path])}`,
    );
    return;
  }
  const got = await checksumOfFiles([part.path], checksum);
  if (got === checksum.hex) return;
  const wrong = `${target}.wrong`;
  renameSync(part.path, wrong);
  part.discard();
  throw new UserError(
    `${subject}: ${basename(target)} has the wrong bytes: expected ${checksum.algorithm} ${checksum.hex} (from ${checksum.source}), got ${got}`,
    `It was not used, and is kept as ${wrong}. Try again; if the checksum is still wrong, the file was replaced at its source.`,
  );
}

/**
 * Downloads a file to `target`. Resumes from what an earlier, interrupted download left (`target.part`); the name
 * `target` appears only when length and checksum are right.
 * @throws {UserError} where the server refuses, stays away, or gives other bytes than published
 */
export async function downloadFile(
  file: DownloadableFile,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  if (existsSync(target)) return;
  const part = new PartFile(target);
  await untilComplete(file, part, options);
  await verify(file, part, target, options);
  part.finish(target, options);
}
