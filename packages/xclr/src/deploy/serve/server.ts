// The app on a port, and how it stops: what was accepted is answered first.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { UserError } from '../../util/errors.js';
import type { ImageEncoder } from '../encoder/index.js';
import type { VectorIndex } from '../search/index.js';
import { type App, createApp } from './app.js';
import { openDecoder } from './decode/decoder.js';
import { type ServeOptions, settled } from './options.js';

/** A server that listens, and how to close it. */
export interface Listening {
  readonly url: string;
  /** Answers what was sent until a moment ago, then lets go of the port. Encoder and index stay the caller's. */
  close(): Promise<void>;
}

/** Address of the server, beside its limits. */
export interface ListenOptions extends ServeOptions {
  readonly host?: string | undefined;
  /** port to listen on; 0 chooses a free one. */
  readonly port?: number | undefined;
}

/** Milliseconds in which a stopping server still reads what clients had sent before they could know. */
const lingering = 250;

/**
 * Serves an encoder and an index over HTTP.
 * @throws {UserError} if the port is taken or may not be used, or the index is another encoder's
 */
export async function listen(
  parts: { readonly encoder: ImageEncoder; readonly index: VectorIndex | null; readonly log: Logger },
  options: ListenOptions = {},
): Promise<Listening> {
  const { host = '127.0.0.1', port = 8080 } = options;
  const { timeoutSeconds, graceSeconds, connections, decoders, decodeSeconds, maxPixels } = settled(options);
  const timeout = 1000 * timeoutSeconds;
  const grace = 1000 * graceSeconds;
  let stopping = false;
  let app: App | undefined;
  const decoder = openDecoder(parts.encoder, {
    limitPixels: maxPixels,
    timeoutSeconds: decodeSeconds,
    processes: decoders,
    onEnded: (reason) => {
      app?.decoderEnded();
      parts.log.warn({ reason }, 'a decoding process ended');
    },
  });
  const listening = (fetch: App['fetch']) =>
    new Promise<Server>((resolve, reject) => {
      // Connections are looked at every second: one that sends its headers slowly is closed in time.
      const serverOptions = { connectionsCheckingInterval: 1000 };
      const made = serve({ fetch, hostname: host, port, serverOptions }, () => resolve(made)) as Server;
      made.headersTimeout = Math.min(timeout, 10_000);
      made.requestTimeout = timeout + 10_000; // for bodies that no route reads; the others have their own limits
      made.setTimeout(2 * timeout + 30_000); // an answer that its client does not read
      made.maxConnections = connections;
      // Longer than proxies and clients keep a connection: else one side closes while the other begins to ask.
      made.keepAliveTimeout = 65_000;
      made.once('error', (error: NodeJS.ErrnoException) => {
        const remedy =
          error.code === 'EADDRINUSE'
            ? 'Another program uses this port: choose another with --port.'
            : undefined;
        reject(new UserError(`serve: cannot listen on ${host}:${port}: ${error.message}`, remedy));
      });
    });
  let server: Server;
  try {
    app = createApp({ ...parts, decoder, stopping: () => stopping }, options);
    server = await listening(app.fetch);
  } catch (error) {
    await decoder[Symbol.asyncDispose]();
    throw error;
  }
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      stopping = true; // /health says so, and every answer asks its client to hang up
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await sleep(Math.min(lingering, grace));
      const closed = once(server, 'close');
      server.close(); // no new connection; those without a request are closed
      await closed;
      clearTimeout(cut);
      await decoder[Symbol.asyncDispose](); // ends the decoders, whatever they do
    },
  };
}
