// Addresses of shards on a server: patterns, lists in files, WebDataset's index, folders of a bucket.

import { UserError } from '../../util/errors.js';
import { expandBraces } from '../patterns.js';

const schemes = /^(https?|s3):\/\//i;

/** True for https://…, http://… and s3://…. */
export function isRemote(path: string): boolean {
  return schemes.test(path);
}

/** The last part of an address's path. */
export function nameOf(url: string): string {
  return (
    url
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? ''
  );
}

/** True for an address that names a list of shards rather than a shard. */
export function isList(url: string): boolean {
  return /\.(txt|list|json)$/i.test(nameOf(url));
}

/** @throws {UserError} for what cannot be an address of a shard */
function checkShardUrl(url: string): string {
  if (/\.(tar\.gz|tgz)$/i.test(nameOf(url))) {
    throw new UserError(
      `openDataset: ${url} is gzipped, and images inside cannot be read in any order`,
      'Unpack the shards on the server (gunzip); JPEGs do not get smaller by it.',
    );
  }
  if (!nameOf(url).toLowerCase().endsWith('.tar')) {
    throw new UserError(
      `openDataset: ${url} is no tar shard`,
      "Give addresses that end in .tar, as in 'https://host/shard-{000..147}.tar', a list of them (.txt, one a line), or an index (.json).",
    );
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new UserError(`openDataset: ${url} is no valid address`, 'Check how it is written.');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new UserError(
      `openDataset: the address of ${parsed.host} holds a password, which would be written into the run folder`,
      "Leave it out of the address, and set XCLR_DATA_AUTHORIZATION, such as 'Bearer …' or 'Basic …'.",
    );
  }
  return url;
}

/** 'https://h/a-{000..002}.tar' → three addresses. @throws {UserError} for what is no shard, or named twice */
export function shardsOf(pattern: string): string[] {
  return distinct(expandBraces(pattern).map(checkShardUrl), pattern);
}

/** The shards that a list names, relative to its own address. */
export function shardsInList(text: string, at: string): string[] {
  const names = nameOf(at).toLowerCase().endsWith('.json') ? namesInIndex(text, at) : linesOf(text);
  if (names.length === 0)
    throw new UserError(`openDataset: ${at} names no shard`, 'Write one address, or one pattern, a line.');
  const urls = names.flatMap((name) =>
    expandBraces(isRemote(name) ? name : `${at.replace(/[^/]*$/, '')}${name}`),
  );
  return distinct(urls.map(checkShardUrl), at);
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** WebDataset's index ("wids"): { "shardlist": [{ "url": …, "nsamples": … }] }; or a list of addresses. */
function namesInIndex(text: string, at: string): string[] {
  const expected = 'Expected a list of addresses, or {"shardlist": [{"url": "…"}]} as WebDataset writes it.';
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (error) {
    throw new UserError(`openDataset: ${at} is not JSON: ${(error as Error).message}`, expected);
  }
  const list = Array.isArray(index) ? index : (index as { shardlist?: unknown } | null)?.shardlist;
  if (!Array.isArray(list)) throw new UserError(`openDataset: ${at} has no list of shards`, expected);
  return list.map((one: unknown, i) => {
    const url = typeof one === 'string' ? one : (one as { url?: unknown } | null)?.url;
    if (typeof url !== 'string')
      throw new UserError(`openDataset: ${at}: shard ${i} of the list has no address`, expected);
    return url;
  });
}

function distinct(urls: readonly string[], at: string): string[] {
  const seen = new Set<string>();
  for (const url of urls) {
    if (seen.has(url)) throw new UserError(`openDataset: ${at} names ${url} twice`, 'Name every shard once.');
    seen.add(url);
  }
  return [...urls];
}

/** Addresses as names: without what all of them begin with, up to a slash. */
export function namesOf(urls: readonly string[]): { root: string; names: string[] } {
  const [first = ''] = urls;
  let root = first.slice(0, first.lastIndexOf('/') + 1);
  while (!urls.every((url) => url.startsWith(root)))
    root = root.slice(0, root.slice(0, -1).lastIndexOf('/') + 1);
  return { root, names: urls.map((url) => url.slice(root.length).replace(/[?#].*$/, '')) };
}
