// One connection of a download: asks for what is missing, appends what comes, notices when it stops coming.

import { closeSync, openSync, writeSync } from 'node:fs';
import { UserError } from '../errors.js';
import type { PartFile } from './part-file.js';
import { differsFrom, meaningOf, type Validators, validatorsOf } from './response.js';
import type { DownloadableFile } from './types.js';

/** How a file is asked for: as fetch does, or as a store's own client does. */
export type Transport = (
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<Response>;

export interface DownloadOptions {
  /** fetch, following redirects, by default. */
  readonly transport?: Transport | undefined;
  /** Shortens each wait by a random part of up to this fraction, so that many do not ask again at once; 0 by default. */
  readonly jitter?: number;
  /** What the file must be: another one that the server offers is refused before its first byte. */
  readonly expected?: Validators | undefined;
  /** Leaves what the server said of the file in `target.json`. */
  readonly keepNotes?: boolean;
  /** What errors begin with; 'data get' by default. */
  readonly subject?: string;
  /** Sent with each request, but not to another host that it is redirected to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Times to try again in a row without a new byte; 5 by default. */
  readonly retries?: number;
  /** Seconds before the first retry, doubled for each further one; 1 by default. */
  readonly backOff?: number;
  /** Seconds to wait for an answer; 30 by default. */
  readonly connectSeconds?: number;
  /** Seconds without a byte after which a connection counts as dead; 60 by default. */
  readonly stallSeconds?: number;
  readonly stop?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number | null) => void;
  /** A line for the user: why it tries again, what could not be checked. */
  readonly onNotice?: (message: string) => void;
}

/** A cut, a time-out, a refusal for now: another try may do better. */
export class Interrupted extends Error {
  constructor(
    message: string,
    readonly seconds: number | null = null,
  ) {
    super(message);
  }
}

/** Asks for what is missing. The connection is given up when `connectSeconds` pass without an answer. */
async function ask(
  url: string,
  have: number,
  known: Validators | null,
  controller: AbortController,
  {
    connectSeconds: seconds = 30,
    subject = 'data get',
    headers: more,
    transport = viaFetch,
  }: DownloadOptions,
): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'xclr', ...more };
  if (have > 0) {
    headers.range = `bytes=${have}-`;
    const validator = known?.etag ?? known?.lastModified;
    if (validator) headers['if-range'] = validator;
  }
  const timer = setTimeout(
    () => controller.abort(new Interrupted(`no answer within ${seconds} s`)),
    seconds * 1000,
  );
  try {
    const response = await transport(url, { headers, signal: controller.signal });
    if (url.startsWith('https:') && !response.url.startsWith('https:')) {
      controller.abort();
      throw new UserError(
        `${subject}: ${url} leads to ${response.url}, which is not encrypted`,
        'Use --mirror for another address.',
      );
    }
    return response;
  } finally {
    clearTimeout(timer);
  }
}

const viaFetch: Transport = (url, request) => fetch(url, { ...request, redirect: 'follow' });

/** Appends the body to the part; gives up when `stallSeconds` pass without a byte, or more bytes come than were promised. */
async function receive(
  response: Response,
  part: PartFile,
  total: number | null,
  controller: AbortController,
  { stallSeconds = 60, onProgress }: DownloadOptions,
): Promise<void> {
  const file = openSync(part.path, 'a');
  let done = part.size;
  const dead = () => controller.abort(new Interrupted(`no byte for ${stallSeconds} s`));
  let timer = setTimeout(dead, stallSeconds * 1000);
  try {
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      const bytes = chunk as Uint8Array;
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      done += bytes.length;
      onProgress?.(done, total);
      if (total !== null && done > total) throw new Interrupted(`more bytes than the ${total} promised`);
      timer = setTimeout(dead, stallSeconds * 1000);
    }
  } finally {
    clearTimeout(timer);
    closeSync(file);
  }
}

/** One connection. Returns when the part is complete as far as the server says. */
export async function attempt(
  file: DownloadableFile,
  part: PartFile,
  options: DownloadOptions,
): Promise<void> {
  const known = part.validators(file.url);
  if (known === null) part.discard();
  const have = part.size;
  const controller = new AbortController();
  const stop = () => controller.abort(options.stop?.reason);
  options.stop?.addEventListener('abort', stop, { once: true });
  try {
    const response = await ask(file.url, have, known, controller, options);
    const meaning = meaningOf(response.status, response.headers, have, known?.total ?? file.bytes);
    if (meaning.kind !== 'body') controller.abort();
    if (meaning.kind === 'complete') return;
    if (meaning.kind === 'never')
      throw new UserError(
        `${options.subject ?? 'data get'}: ${new URL(file.url).host} ${meaning.reason}: ${file.url}`,
        meaning.remedy,
      );
    if (meaning.kind === 'later') throw new Interrupted(`the server ${meaning.reason}`, meaning.seconds);
    if (meaning.kind === 'restart') {
      part.discard();
      throw new Interrupted('what is here cannot be continued, so it begins anew');
    }
    const { from, total } = meaning;
    const offered = validatorsOf(file.url, response.headers, total);
    refuseOtherVersion(offered, controller, options);
    if (from > 0 && known !== null && differsFrom(known, offered)) {
      controller.abort();
      part.discard(); // a server that takes no notice of If-Range
      throw new Interrupted('the file changed on the server meanwhile, so it begins anew');
    }
    refuseOtherLength(file, total, controller, options.subject);
    if (from === 0) part.begin(offered);
    await receive(response, part, total, controller, options);
    const { size } = part;
    if (total !== null && size < total) throw new Interrupted(`cut off after ${size} of ${total} bytes`);
  } catch (error) {
    if (options.stop?.aborted) throw error;
    if (error instanceof Interrupted && error.message.startsWith('more bytes')) part.discard();
    const reason: unknown = controller.signal.reason;
    if (controller.signal.aborted && reason instanceof Interrupted) throw reason;
    throw asInterrupted(error);
  } finally {
    options.stop?.removeEventListener('abort', stop);
  }
}

/** Said before anything is downloaded: what is known of the file here belongs to the other version. */
function refuseOtherVersion(
  offered: Validators,
  controller: AbortController,
  { expected, subject = 'data get' }: DownloadOptions,
): void {
  if (expected === undefined || !differsFrom(expected, offered)) return;
  controller.abort();
  const shown = ({ etag, lastModified, total }: Validators) =>
    [total === null ? null : `${total} bytes`, etag, etag === null ? lastModified : null]
      .filter((one) => one !== null)
      .join(', ');
  throw new UserError(
    `${subject}: ${offered.url} changed on the server: expected ${shown(expected)}, got ${shown(offered)}`,
    'Use the data as they were, or another address.',
  );
}

/** A checked file of another length than published cannot be the same file: said before it is downloaded. */
function refuseOtherLength(
  file: DownloadableFile,
  total: number | null,
  controller: AbortController,
  subject = 'data get',
): void {
  if (file.checksum === null || file.bytes === null || total === null || total === file.bytes) return;
  controller.abort();
  throw new UserError(
    `${subject}: ${file.url} is not the file that was published: expected ${file.bytes} bytes, the server offers ${total}`,
    'It was replaced, or the server sent a login page instead: check the page named as its source.',
  );
}

/** fetch says 'fetch failed' and 'terminated'; its cause says what happened. */
function asInterrupted(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const { cause } = error;
  return new Interrupted(cause instanceof Error ? cause.message || cause.name : error.message);
}
