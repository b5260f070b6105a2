// Stores that speak S3, through its official client, which is loaded when it is first needed.

import { Readable } from 'node:stream';
import type * as S3 from '@aws-sdk/client-s3';
import type { Transport } from '../../util/download/connection.js';
import { UserError } from '../../util/errors.js';

let loaded: Promise<{ readonly sdk: typeof S3; readonly client: S3.S3Client }> | undefined;

/** The client as its own environment names set it up: AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3, … */
function client(): Promise<{ readonly sdk: typeof S3; readonly client: S3.S3Client }> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<{ readonly sdk: typeof S3; readonly client: S3.S3Client }> {
  let sdk: typeof S3;
  try {
    sdk = await import('@aws-sdk/client-s3');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError(
      'openDataset: s3:// addresses need the package @aws-sdk/client-s3, which is not installed',
      'Install it beside xclr: npm install @aws-sdk/client-s3',
    );
  }
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const elsewhere = endpoint !== undefined && endpoint !== '';
  const config: S3.S3ClientConfig = {
    maxAttempts: 1, // the download tries again itself, and resumes
    // Stores other than Amazon's know buckets by their path, and do not look at the region.
    ...(elsewhere && { forcePathStyle: true, region: process.env.AWS_REGION ?? 'us-east-1' }),
  };
  return { sdk, client: new sdk.S3Client(config) };
}

/** 's3://bucket/a/b.tar' → bucket and key. */
function placeOf(url: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(url) ?? [];
  return { Bucket, Key };
}

/** A file of a bucket, as an answer of the web. */
export const viaS3: Transport = async (url, { headers, signal }) => {
  const { sdk, client: s3 } = await client();
  const range = headers.range === undefined ? {} : { Range: headers.range };
  // S3 knows no If-Range. If-Match refuses with 412 where the file changed, which begins anew.
  const match = headers['if-range']?.startsWith('"') ? { IfMatch: headers['if-range'] } : {};
  try {
    const got = await s3.send(new sdk.GetObjectCommand({ ...placeOf(url), ...range, ...match }), {
      abortSignal: signal,
    });
    const said = new Headers({ 'content-length': String(got.ContentLength ?? '') });
    if (got.ETag !== undefined) said.set('etag', got.ETag);
    if (got.LastModified !== undefined) said.set('last-modified', got.LastModified.toUTCString());
    if (got.ContentRange !== undefined) said.set('content-range', got.ContentRange);
    const body = Readable.toWeb(Readable.from(interruptible(got.Body as Readable)));
    return new Response(body as ReadableStream, {
      status: got.ContentRange === undefined ? 200 : 206,
      headers: said,
    });
  } catch (error) {
    return answerOf(error, url, signal);
  }
};

/** The addresses of the shards below a folder of a bucket, sorted. */
export async function shardsInBucket(folder: string): Promise<string[]> {
  const { sdk, client: s3 } = await client();
  const { Bucket, Key } = placeOf(folder);
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const more = token === undefined ? {} : { ContinuationToken: token };
    const listing: S3.ListObjectsV2CommandOutput = await s3
      .send(new sdk.ListObjectsV2Command({ Bucket, Prefix: Key, ...more }))
      .catch((error: Error) => {
        throw new UserError(`openDataset: ${folder} cannot be listed: ${error.message}`, signIn);
      });
    for (const { Key: key } of listing.Contents ?? []) if (key?.endsWith('.tar')) keys.push(key);
    token = listing.NextContinuationToken;
  } while (token !== undefined);
  if (keys.length === 0)
    throw new UserError(`openDataset: ${folder} holds no .tar file`, 'Check the name of the folder.');
  return keys.sort().map((key) => `s3://${Bucket}/${key}`);
}

const signIn =
  'Check AWS_REGION, the credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and AWS_ENDPOINT_URL_S3 for stores other than Amazon’s.';

/** Cuts look as those of fetch. */
async function* interruptible(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new TypeError('terminated', { cause: error });
  }
}

/** An answer that says no, as an answer; a failing connection as fetch has it. @throws {UserError} for credentials and regions */
function answerOf(error: unknown, url: string, signal: AbortSignal): Response {
  if (error instanceof UserError || signal.aborted || !(error instanceof Error)) throw error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== undefined && status >= 300)
    return new Response(null, { status: status === 412 ? 416 : status });
  if (/credential|region|endpoint|profile|token/i.test(`${error.name} ${error.message}`))
    throw new UserError(`openDataset: ${url}: ${error.message}`, signIn);
  throw new TypeError('fetch failed', { cause: error });
}
