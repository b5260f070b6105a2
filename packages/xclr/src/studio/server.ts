// The studio on a port of this machine.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { UserError } from '../util/errors.js';
import { studioApp } from './app.js';
import { Asides } from './asides.js';
import { Layouts } from './layouts.js';
import { readPage } from './page-files.js';
import { Runs } from './runs.js';
import { SampledRuns } from './sampled-runs.js';
import { Thumbnails } from './thumbnails.js';

export interface StudioOptions {
  readonly host?: string | undefined;
  /** 0 chooses a free one. Without it the usual one, or a free one where that is taken. */
  readonly port?: number | undefined;
  /** Undefined: everybody who reaches it may look. */
  readonly token?: string | undefined;
  readonly allowHosts?: readonly string[] | undefined;
  /** Folder for notes, tags and saved lists; xclr-reports/studio by default. */
  readonly out?: string | undefined;
}

export interface Studio {
  /** With the token, where there is one. */
  readonly url: string;
  readonly runs: Runs;
  close(): Promise<void>;
}

/** What the browser keeps belongs to an address: with the same port it is there the next time. */
const usualPort = 6271;

/** @throws {UserError} where the port that was asked for is taken */
async function listening(answer: Hono['fetch'], host: string, port: number | undefined): Promise<Server> {
  try {
    return await listenOn(answer, host, port ?? usualPort);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (port === undefined && code === 'EADDRINUSE') return listening(answer, host, 0);
    const remedy =
      code === 'EADDRINUSE'
        ? 'Another program, perhaps another studio, uses this port: choose another with --port, or leave it out.'
        : undefined;
    throw new UserError(`studio: cannot listen on ${host}:${port ?? usualPort}: ${message}`, remedy);
  }
}

function listenOn(answer: Hono['fetch'], hostname: string, port: number): Promise<Server> {
  return new Promise((settle, reject) => {
    const made = serve({ fetch: answer, hostname, port }, () => settle(made)) as Server;
    made.once('error', reject);
  });
}

/**
 * Opens the studio over some places: run folders or folders that hold any, files of embeddings, indexes, comparisons.
 * @throws {UserError} where the port is taken, or the page was not built
 */
export async function openStudio(places: readonly string[], options: StudioOptions = {}): Promise<Studio> {
  const { host = '127.0.0.1', port, token, allowHosts = [], out = 'xclr-reports/studio' } = options;
  const page = readPage();
  const from = process.cwd();
  const runs = new Runs({ places: places.map((place) => resolve(place)), from, out: resolve(out) });
  const stopped = new AbortController();
  let taken = port ?? 0;
  const sampled = new SampledRuns();
  const layouts = new Layouts(sampled);
  const thumbnails = new Thumbnails();
  const asides = new Asides();
  const app = studioApp({
    runs,
    sampled,
    layouts,
    thumbnails,
    asides,
    page,
    token,
    allowHosts,
    out,
    port: () => taken,
    stopped: stopped.signal,
  });
  const server = await listening(app.fetch, host, port);
  const { address, port: chosen, family } = server.address() as AddressInfo;
  taken = chosen;
  await runs.open();
  const base = `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}/`;
  return {
    url: token === undefined ? base : `${base}?token=${token}`,
    runs,
    async close() {
      stopped.abort();
      runs[Symbol.dispose]();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      asides[Symbol.dispose]();
      thumbnails[Symbol.dispose]();
      await layouts[Symbol.asyncDispose]();
    },
  };
}
