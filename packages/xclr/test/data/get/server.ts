// A web server on this machine that misbehaves as told: cuts, lies, stalls, redirects.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse, times: number) => void;

/** What was asked for, in order. */
export interface Asked {
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export class TestServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Server;

  private constructor(handler: Handler) {
    this.#server = createServer((request, response) => {
      const { range } = request.headers;
      const ifRange = request.headers['if-range'];
      this.asked.push({ url: request.url ?? '', range, ifRange: ifRange as string | undefined });
      handler(request, response, this.asked.length);
    });
  }

  static async start(handler: Handler): Promise<TestServer> {
    const server = new TestServer(handler);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export const etag = '"v1"';

/** The byte a request wants to begin at. */
export function startOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** Answers as a good server does, with ranges. */
export function serve(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const start = request.headers['if-range'] === etag ? startOf(request) : 0;
  begin(body, start, response);
  response.end(body.subarray(start));
}

/** The head of an answer that will have the body from `start`. */
export function begin(body: Buffer, start: number, response: ServerResponse): void {
  const headers = { etag, 'content-length': body.length - start };
  if (start === 0) response.writeHead(200, headers);
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
}

/** Sends `count` bytes from `start` and cuts the connection. */
export function cut(body: Buffer, start: number, count: number, response: ServerResponse): void {
  begin(body, start, response);
  response.write(body.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
}
