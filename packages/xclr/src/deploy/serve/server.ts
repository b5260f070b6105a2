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
import { createApp } from './app.js';
import { defaults, type ServeOptions } from './options.js';

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
  const timeout = 1000 * (options.timeoutSeconds ?? defaults.timeoutSeconds);
  const grace = 1000 * (options.graceSeconds ?? defaults.graceSeconds);
  let stopping = false;
  const app = createApp({ ...parts, stopping: () => stopping }, options);
  const server = await new Promise<Server>((resolve, reject) => {
    const made = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(made)) as Server;
    // A client that sends slowly must not occupy a place forever.
    made.requestTimeout = timeout;
    made.headersTimeout = Math.min(timeout, 20_000);
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
    },
  };
}
