// `xclr serve`: an encoder and an index over HTTP.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import { openIndex } from '../deploy/search/index.js';
import { isLoopback, listen } from '../deploy/serve/index.js';
import { UserError } from '../util/errors.js';
import { encoderOptions } from './encoder-flags.js';

export interface ServeFlags extends OpenEncoderOptions {
  readonly index?: string;
  readonly postgres?: string;
  readonly ef?: number;
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  /** False: --no-token. */
  readonly token: boolean;
  readonly allowHost?: string;
  readonly cors?: string;
  readonly maxBody: number;
  readonly maxPixels: number;
  readonly concurrency: number;
  readonly queue: number;
  readonly timeout: number;
  readonly maxBatch: number;
  readonly decoders: number;
  readonly decodeTimeout: number;
  readonly connections: number;
  readonly grace: number;
  readonly logLevel: string;
}

export async function serveCommand(path: string, flags: ServeFlags): Promise<void> {
  const token = tokenOf(flags);
  await using encoder = await openEncoder(path, encoderOptions(flags));
  await using index = flags.index === undefined ? null : await openIndex(flags.index, flags);
  const log = pino({ level: flags.logLevel });
  const server = await listen(
    { encoder, index, log },
    {
      host: flags.host,
      port: flags.port,
      token,
      cors: listed(flags.cors),
      allowHosts: listed(flags.allowHost),
      maxBodyBytes: flags.maxBody * 2 ** 20,
      maxPixels: flags.maxPixels * 1e6,
      concurrency: flags.concurrency,
      queue: flags.queue,
      timeoutSeconds: flags.timeout,
      maxBatch: flags.maxBatch,
      decoders: flags.decoders,
      decodeSeconds: flags.decodeTimeout,
      connections: flags.connections,
      graceSeconds: flags.grace,
    },
  );
  console.error(
    `listening on ${server.url}${token === undefined ? ' (no token: everyone who can reach it may use it)' : ''}`,
  );
  // A name of a proxy or of the network is refused until it is allowed: better said before the first request.
  if (!isLoopback(flags.host) && flags.allowHost === undefined)
    console.error(`requests by another name than ${hostname()} or an address need --allow-host NAME`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info('stopping: answering the requests that were accepted');
  // Whatever still runs then, in this process or below it, is not waited for.
  const over = setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000 * (flags.grace + slack));
  over.unref();
  await server.close();
}

/** Seconds beyond the grace in which connections, decoders, index and encoder are let go. */
const slack = 3;

const listed = (text: string | undefined): string[] | undefined => text?.split(',').map((one) => one.trim());

/**
 * The token, or undefined where everybody may ask.
 * @throws {UserError} for an empty token, and where a server that other machines reach would have none
 */
export function tokenOf(
  { tokenFile, token: wanted, host }: Pick<ServeFlags, 'tokenFile' | 'token' | 'host'>,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { XCLR_TOKEN: inEnvironment } = environment;
  if (!wanted && tokenFile !== undefined) {
    throw new UserError('serve: --token-file and --no-token exclude each other', 'Give one of them.');
  }
  if (!wanted) return undefined;
  if (tokenFile === undefined && inEnvironment === undefined) {
    if (isLoopback(host)) return undefined;
    throw new UserError(
      `serve: --host ${host} lets other machines ask, but there is no token`,
      'Give --token-file (or XCLR_TOKEN), or --no-token if everybody who can reach it may search and change the index.',
    );
  }
  const where = tokenFile === undefined ? 'XCLR_TOKEN' : `the token file ${tokenFile}`;
  const token = (tokenFile === undefined ? inEnvironment! : readFileSync(tokenFile, 'utf8')).trim();
  if (token === '') {
    throw new UserError(`serve: ${where} is empty`, 'Write a token into it: openssl rand -hex 32');
  }
  if (!/^[\x21-\x7e]{1,1000}$/.test(token)) {
    throw new UserError(
      `serve: ${where} must hold one line of at most 1,000 printable ASCII characters without spaces`,
      'Make one: openssl rand -hex 32',
    );
  }
  return token;
}
