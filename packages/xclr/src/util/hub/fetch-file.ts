// One file of a model on the Hugging Face hub, to its place on this machine: resumed after a cut, checked, then renamed.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { downloadFile } from '../download/download.js';
import type { Checksum } from '../download/types.js';
import { lockFile } from '../lock-file.js';
import { hubEndpoint, hubHeaders } from './settings.js';

export interface HubFile {
  /** owner/name */
  readonly model: string;
  /** Path within the model. */
  readonly file: string;
  /** The model's folder here. */
  readonly folder: string;
  /** Left out: $HF_ENDPOINT, else https://huggingface.co */
  readonly hub?: string | undefined;
  /** No answer, or no more bytes, for so long is a failure; 20 s by default. */
  readonly timeoutMs?: number | undefined;
  /** Times to try again in a row without a new byte; 3 by default. */
  readonly retries?: number | undefined;
  readonly onBytes?: ((done: number, total: number | null) => void) | undefined;
}

/** The hub's answer was no file; `status` is HTTP's. */
export class HubRefusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

const reasons: Readonly<Record<number, string>> = {
  401: 'asks for a login (401): the model is private, gated, or does not exist',
  403: 'refuses access (403): the model is gated, or the token lacks the right to it',
  429: 'answers 429: too many requests from this address',
};

/** Why a request failed, without the runtime's bare "fetch failed". */
export function requestFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

/**
 * Fetches a file unless it is there. False where the hub does not have it.
 * @throws {HubRefusal} for any other refusal; {UserError} for a broken or wrong download; else what the request met
 */
export async function fetchHubFile(wanted: HubFile): Promise<boolean> {
  const { folder, file, timeoutMs = 20_000, retries = 3, onBytes } = wanted;
  const place = join(folder, file);
  if (existsSync(place)) return true;
  const facts = await factsOf(wanted, timeoutMs);
  if (facts === null) return false;
  mkdirSync(dirname(place), { recursive: true });
  using _lock = await lockFile(`${place}.lock`, { what: `${place} is being downloaded` }); // else two would append to one part
  const seconds = timeoutMs / 1000;
  await downloadFile({ url: facts.url, bytes: facts.bytes, checksum: facts.checksum }, place, {
    subject: 'hub',
    headers: hubHeaders(),
    retries,
    backOff: seconds / 20,
    connectSeconds: seconds,
    stallSeconds: seconds,
    ...(onBytes !== undefined && { onProgress: onBytes }),
  });
  return true;
}

interface HubFacts {
  readonly url: string;
  readonly bytes: number | null;
  readonly checksum: Checksum | null;
}

/** What the hub says of a file before it sends it: length and, for large files, sha256; null where it has none. */
async function factsOf({ hub, model, file }: HubFile, timeoutMs: number): Promise<HubFacts | null> {
  const url = `${hubEndpoint(hub)}/${model}/resolve/main/${file}`;
  let at = url;
  for (let redirects = 0; redirects < 5; redirects++) {
    const response = await fetch(at, {
      method: 'HEAD',
      redirect: 'manual',
      headers: { 'accept-encoding': 'identity', 'user-agent': 'xclr', ...hubHeaders() },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers } = response;
    if (status === 404) return null;
    const location = headers.get('location');
    if (status >= 300 && status < 400 && location !== null) {
      const next = new URL(location, at);
      // Large files lie with another host: what the hub itself says of them comes with its redirect.
      if (next.host !== new URL(at).host || headers.has('x-linked-etag'))
        return factsFrom(url, headers, true);
      at = next.href;
      continue;
    }
    if (!response.ok) throw new HubRefusal(status, reasons[status] ?? `answers ${status}`);
    return factsFrom(at, headers, false);
  }
  throw new HubRefusal(310, 'redirects in circles');
}

function factsFrom(url: string, headers: Headers, linked: boolean): HubFacts {
  const length = headers.get('x-linked-size') ?? (linked ? null : headers.get('content-length'));
  const etag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\/|"/g, '');
  const sha256 = /^[0-9a-f]{64}$/.test(etag);
  return {
    url,
    bytes: length !== null && /^\d+$/.test(length) ? Number(length) : null,
    checksum: sha256 ? { algorithm: 'sha256', hex: etag, source: 'the hub' } : null,
  };
}
