// How shards are asked for: the web's way or S3's, with what signs in.

import type { DownloadOptions, Transport } from '../../util/download/connection.js';
import type { RemoteOptions } from '../types.js';
import { viaS3 } from './s3.js';

/** Sent with requests to a server. A redirect to another host does not take it along. */
function signIn(url: string): Record<string, string> {
  const own = process.env.XCLR_DATA_AUTHORIZATION?.trim();
  if (own) return { authorization: own };
  const token = process.env.HF_TOKEN?.trim();
  return token && new URL(url).host === 'huggingface.co' ? { authorization: `Bearer ${token}` } : {};
}

const transport: Transport = (url, { headers, signal }) =>
  url.toLowerCase().startsWith('s3:')
    ? viaS3(url, { headers, signal })
    : fetch(url, { headers: { ...headers, ...signIn(url) }, signal, redirect: 'follow' });

/** Settings of the downloads of shards and lists. */
export function downloadOptions({
  retries = 8,
  backOff = 1,
  stallSeconds = 60,
}: Pick<RemoteOptions, 'retries' | 'backOff' | 'stallSeconds'>): DownloadOptions {
  return { subject: 'openDataset', transport, retries, backOff, stallSeconds, jitter: 0.5 };
}
