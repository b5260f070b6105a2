// Downloads from servers that cut, lie, stall, redirect and forget how to do ranges.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadFile } from '../../../src/util/download/download.js';
import type { DownloadableFile } from '../../../src/util/download/types.js';
import { UserError } from '../../../src/util/errors.js';
import { begin, cut, etag, type Handler, serve, startOf, TestServer } from '../../data/get/server.js';
import { temporaryFolder } from '../../data/make.js';

const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i + 7 * i) % 251));
const sha256 = createHash('sha256').update(body).digest('hex');

const quick = { backOff: 0.01, retries: 3, connectSeconds: 60, stallSeconds: 60 };

async function download(
  handler: Handler,
  {
    file = {},
    options = {},
    target = join(temporaryFolder(), 'set.bin'),
  }: {
    file?: Partial<DownloadableFile>;
    options?: DownloadOptions;
    target?: string;
  } = {},
) {
  await using server = await TestServer.start(handler);
  const notices: string[] = [];
  const remote: DownloadableFile = {
    url: server.url('set.bin'),
    bytes: body.length,
    checksum: { algorithm: 'sha256', hex: sha256, source: 'this test' },
    ...file,
  };
  const error = await downloadFile(remote, target, {
    ...quick,
    ...options,
    onNotice: (notice) => notices.push(notice),
  }).catch((thrown: unknown) => thrown);
  return {
    error,
    target,
    notices,
    asked: server.asked,
    got: existsSync(target) ? readFileSync(target) : null,
  };
}

describe('downloadFile', () => {
  it('downloads, and does nothing a second time', async () => {
    const first = await download((request, response) => serve(body, request, response));
    expect(first.error).toBeUndefined();
    expect(first.got?.equals(body)).toBe(true);
    expect(existsSync(`${first.target}.part`)).toBe(false);
    expect(existsSync(`${first.target}.part.json`)).toBe(false);
    const second = await download((_, response) => response.writeHead(500).end(), { target: first.target });
    expect(second.error).toBeUndefined();
    expect(second.asked).toEqual([]);
  });

  it('resumes where a connection was cut, again and again', async () => {
    const { error, got, asked, notices } = await download((request, response) => {
      const start = startOf(request);
      if (start < 80_000) cut(body, start, 20_000, response);
      else serve(body, request, response);
    });
    expect(error).toBeUndefined();
    expect(got?.equals(body)).toBe(true);
    expect(asked.map(({ range }) => range)).toEqual([
      undefined,
      'bytes=20000-',
      'bytes=40000-',
      'bytes=60000-',
      'bytes=80000-',
    ]);
    expect(asked[1]!.ifRange).toBe(etag);
    expect(notices).toHaveLength(4);
  });

  it('resumes in another process, and not from the part of another address', async () => {
    const cutOnce: Handler = (request, response) => cut(body, startOf(request), 30_000, response);
    const first = await download(cutOnce, { options: { retries: 0 } });
    expect(first.error).toBeInstanceOf(UserError);
    expect(String(first.error)).toMatch(/tried 1 times[\s\S]*30000 bytes that are here/);
    // Another port is another address: what is here may be of another file.
    const second = await download((request, response) => serve(body, request, response), {
      target: first.target,
    });
    expect(second.asked[0]!.range).toBeUndefined();
    expect(second.got?.equals(body)).toBe(true);
  });

  it('begins anew where the server knows no ranges', async () => {
    const { error, got, asked } = await download((_, response, times) => {
      if (times === 1) return cut(body, 0, 20_000, response);
      begin(body, 0, response);
      response.end(body);
    });
    expect(error).toBeUndefined();
    expect(got?.equals(body)).toBe(true);
    expect(asked[1]!.range).toBe('bytes=20000-');
  });

  it('begins anew where the file has changed since', async () => {
    const changed = Buffer.from(body).fill(9, 0, 50_000);
    const checksum = {
      algorithm: 'md5',
      hex: createHash('md5').update(changed).digest('hex'),
      source: 'test',
    } as const;
    const { error, got } = await download(
      (_, response, times) => {
        if (times === 1) return cut(body, 0, 20_000, response);
        response.writeHead(200, { etag: '"v2"', 'content-length': changed.length }).end(changed);
      },
      { file: { checksum } },
    );
    expect(error).toBeUndefined();
    expect(got?.equals(changed)).toBe(true);
  });

  it('begins anew where the server gives another range than asked for', async () => {
    const { error, got } = await download((request, response, times) => {
      if (times === 1) return cut(body, 0, 20_000, response);
      if (times === 2) {
        response.writeHead(206, { etag, 'content-range': `bytes 10-99999/100000`, 'content-length': 99_990 });
        return response.end(body.subarray(10));
      }
      serve(body, request, response);
    });
    expect(error).toBeUndefined();
    expect(got?.equals(body)).toBe(true);
  });

  it('refuses wrong bytes, keeps them aside, and never uses them', async () => {
    const wrong = Buffer.from(body).fill(0, 500, 501);
    const { error, got, target } = await download((request, response) => serve(wrong, request, response));
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(/expected sha256 [0-9a-f]{64} \(from this test\), got [0-9a-f]{64}/);
    expect(String(error)).toContain(sha256);
    expect(got).toBeNull();
    expect(readFileSync(`${target}.wrong`).equals(wrong)).toBe(true);
    const again = await download((request, response) => serve(body, request, response), { target });
    expect(again.got?.equals(body)).toBe(true);
  });

  it('refuses a file of another length before downloading it', async () => {
    const { error, target } = await download((_, response) => {
      response.writeHead(200, { 'content-length': 1234 });
      response.end('<html>Please log in</html>'.padEnd(1234));
    });
    expect(String(error)).toMatch(/expected 100000 bytes, the server offers 1234/);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('notices a body that is shorter than its length, and gives up in the end', async () => {
    const { error, got, asked } = await download(
      (request, response) => {
        response.writeHead(200, { etag, 'content-length': body.length });
        response.write(body.subarray(0, 100), () => setTimeout(() => response.destroy(), 5));
        void request;
      },
      { options: { retries: 2 } },
    );
    expect(error).toBeInstanceOf(UserError);
    expect(got).toBeNull();
    expect(asked).toHaveLength(3);
  });

  it('notices more bytes than were promised', async () => {
    const { error, got } = await download((_, response) => {
      response.writeHead(206, { etag, 'content-range': 'bytes 0-99999/100000' });
      response.end(Buffer.concat([body, Buffer.alloc(10)]));
    });
    expect(String(error)).toMatch(/more bytes than the 100000 promised/);
    expect(got).toBeNull();
  });

  it('checks by the checksum alone where no length is given', async () => {
    const chunked: Handler = (_, response) => {
      response.writeHead(200);
      response.write(body.subarray(0, 50_000));
      response.end(body.subarray(50_000));
    };
    expect((await download(chunked)).got?.equals(body)).toBe(true);
    const short: Handler = (_, response) => response.writeHead(200).end(body.subarray(0, 50_000));
    expect(String((await download(short)).error)).toMatch(/wrong bytes/);
  });

  it('says what it could not check', async () => {
    const { error, notices } = await download((request, response) => serve(body, request, response), {
      file: { checksum: null, bytes: 99 },
    });
    expect(error).toBeUndefined();
    expect(notices).toEqual([
      'set.bin: 100000 bytes, 99 were published',
      `set.bin: no checksum is published, so its bytes could not be checked; sha256 ${sha256}`,
    ]);
  });

  it('follows redirects', async () => {
    const { got } = await download((request, response) => {
      if (request.url === '/set.bin') response.writeHead(302, { location: '/moved/here' }).end();
      else serve(body, request, response);
    });
    expect(got?.equals(body)).toBe(true);
  });

  it.each([
    [404, /no such file \(404\)[\s\S]*--mirror/],
    [403, /refuses \(403\)[\s\S]*by hand/],
    [401, /asks for a login \(401\)/],
    [418, /answers 418/],
  ])('gives up at once on %s', async (status, message) => {
    const { error, asked } = await download((_, response) => response.writeHead(status).end());
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
    expect(asked).toHaveLength(1);
  });

  it('tries again on 503, as often as told', async () => {
    const busy = await download((request, response, times) =>
      times < 3 ? response.writeHead(503).end() : serve(body, request, response),
    );
    expect(busy.got?.equals(body)).toBe(true);
    const dead = await download((_, response) => response.writeHead(500).end());
    expect(String(dead.error)).toMatch(/answers 500 \(tried 4 times\)/);
    expect(dead.asked).toHaveLength(4);
  });

  it('gives up on a server that never answers, and on one that stalls', async () => {
    const silent = await download(() => undefined, { options: { connectSeconds: 0.1, retries: 1 } });
    expect(String(silent.error)).toMatch(/no answer within 0\.1 s \(tried 2 times\)/);
    const stalling = await download(
      (request, response) => {
        begin(body, startOf(request), response);
        response.write(body.subarray(startOf(request), startOf(request) + 1000));
      },
      { options: { stallSeconds: 0.6, retries: 0 } },
    );
    expect(String(stalling.error)).toMatch(/no byte for 0\.6 s/);
    expect(readFileSync(`${stalling.target}.part`)).toHaveLength(1000);
  });

  it('resumes after a stall', async () => {
    const { got, asked } = await download(
      (request, response, times) => {
        if (times > 1) return serve(body, request, response);
        begin(body, 0, response);
        response.write(body.subarray(0, 1000));
      },
      { options: { stallSeconds: 0.15 } },
    );
    expect(got?.equals(body)).toBe(true);
    expect(asked[1]!.range).toBe('bytes=1000-');
  });

  it('says that nobody is there', async () => {
    const server = await TestServer.start(() => undefined);
    const url = server.url('set.bin');
    await server[Symbol.asyncDispose]();
    const file: DownloadableFile = { url, bytes: null, checksum: null };
    await expect(downloadFile(file, join(temporaryFolder(), 'x'), { ...quick, retries: 1 })).rejects.toThrow(
      /could not be downloaded: .*ECONNREFUSED.*tried 2 times/,
    );
  });

  it('begins anew from notes that a crash has cut', async () => {
    const target = join(temporaryFolder(), 'set.bin');
    writeFileSync(`${target}.part`, 'half of something');
    writeFileSync(`${target}.part.json`, '{"url": "htt');
    const { got, asked } = await download((request, response) => serve(body, request, response), { target });
    expect(asked[0]!.range).toBeUndefined();
    expect(got?.equals(body)).toBe(true);
  });

  it('takes a part that is complete already', async () => {
    const target = join(temporaryFolder(), 'set.bin');
    await using server = await TestServer.start((_, response) => response.writeHead(416).end());
    const url = server.url('set.bin');
    writeFileSync(`${target}.part`, body);
    writeFileSync(
      `${target}.part.json`,
      JSON.stringify({ url, etag, lastModified: null, total: body.length }),
    );
    const checksum = { algorithm: 'sha256', hex: sha256, source: 'test' } as const;
    await downloadFile({ url, bytes: null, checksum }, target, quick);
    expect(readFileSync(target).equals(body)).toBe(true);
  });

  it('stops when asked to, and keeps what is here', async () => {
    const controller = new AbortController();
    const target = join(temporaryFolder(), 'set.bin');
    const part = `${target}.part`;
    const watch = setInterval(() => {
      if (existsSync(part) && statSync(part).size === 1000) controller.abort();
    }, 5);
    const { error } = await download(
      (_, response) => {
        begin(body, 0, response);
        response.write(body.subarray(0, 1000));
      },
      { target, options: { stop: controller.signal } },
    );
    clearInterval(watch);
    expect(error).toBeInstanceOf(Error);
    expect(readFileSync(part)).toHaveLength(1000);
  });
});
