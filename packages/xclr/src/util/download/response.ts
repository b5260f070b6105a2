// What a server's answer means for a download: continue, start over, finished, try again later, or give up.

/** What the bytes on disk are a part of, so that a later request can tell whether it still is that. */
export interface Validators {
  readonly url: string;
  /** Strong ETag, or null. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Whole length in bytes, or null where the server does not say. */
  readonly total: number | null;
}

export type Meaning =
  /** The body continues at this byte of the file; 0 begins anew. */
  | { readonly kind: 'body'; readonly from: number; readonly total: number | null }
  /** What is here is all there is. */
  | { readonly kind: 'complete' }
  /** What is here cannot be continued. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'later'; readonly reason: string; readonly seconds: number | null }
  | { readonly kind: 'never'; readonly reason: string; readonly remedy: string };

const refusals: Readonly<Record<number, readonly [reason: string, remedy: string]>> = {
  401: ['asks for a login (401)', 'The server requires an account for this file: download it by hand.'],
  403: [
    'refuses (403)',
    'It may block this network or require a visit to its page first: download the file by hand.',
  ],
  404: [
    'has no such file (404)',
    'The file has moved: check the page named as its source, and give another address with --mirror.',
  ],
  410: [
    'no longer has the file (410)',
    'Check the page named as its source, and give another address with --mirror.',
  ],
};

function numberOrNull(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^\d+$/.test(text.trim())) return null;
  return Number(text);
}

/** 'bytes 100-199/1000' → from 100, total 1000; '*' stands for an unknown total. */
function contentRange(text: string | null): { from: number; total: number | null } | null {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(text ?? '');
  return match === null ? null : { from: Number(match[1]), total: numberOrNull(match[2]) };
}

/** Whether two answers speak of different versions: by what both of them say. */
export function differsFrom(one: Validators, other: Validators): boolean {
  if (one.total !== null && other.total !== null && one.total !== other.total) return true;
  if (one.etag !== null && other.etag !== null) return one.etag !== other.etag;
  if (one.lastModified === null || other.lastModified === null) return false;
  return one.lastModified !== other.lastModified;
}

/** @param have bytes on disk, which the request asked to continue from */
export function meaningOf(status: number, headers: Headers, have: number, known: number | null): Meaning {
  if (status === 206) {
    const range = contentRange(headers.get('content-range'));
    // A range that begins elsewhere, or of a file of another length, is not a continuation.
    if (range === null || range.from !== have) return { kind: 'restart' };
    if (known !== null && range.total !== null && range.total !== known) return { kind: 'restart' };
    return { kind: 'body', from: have, total: range.total ?? known };
  }
  if (status === 200) return { kind: 'body', from: 0, total: numberOrNull(headers.get('content-length')) };
  if (status === 416) return have > 0 && have === known ? { kind: 'complete' } : { kind: 'restart' };
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'later', reason: `answers ${status}`, seconds: numberOrNull(headers.get('retry-after')) };
  }
  const [reason, remedy] = refusals[status] ?? [
    `answers ${status}`,
    'Try again later, or use --mirror for another address.',
  ];
  return { kind: 'never', reason, remedy };
}

/** What a later request needs to know; a weak ETag cannot promise the same bytes. */
export function validatorsOf(url: string, headers: Headers, total: number | null): Validators {
  const etag = headers.get('etag');
  return {
    url,
    etag: etag === null || etag.startsWith('W/') ? null : etag,
    lastModified: headers.get('last-modified'),
    total,
  };
}
