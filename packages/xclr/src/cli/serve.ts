// `xclr serve`: an encoder and an index over HTTP.
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import { openIndex } from '../deploy/search/index.js';
import { listen } from '../deploy/serve/index.js';
import { encoderOptions } from './encoder-flags.js';

export interface ServeFlags extends OpenEncoderOptions {
  readonly index?: string;
  readonly postgres?: string;
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly cors?: string;
  readonly maxBody: number;
  readonly maxPixels: number;
  readonly concurrency: number;
  readonly queue: number;
  readonly timeout: number;
  readonly maxBatch: number;
  readonly grace: number;
  readonly logLevel: string;
}

export async function serveCommand(path: string, flags: ServeFlags): Promise<void> {
  const token = tokenOf(flags.tokenFile);
  await using encoder = await openEncoder(path, encoderOptions(flags));
  await using index = flags.index === undefined ? null : await openIndex(flags.index, flags.postgres);
  const log = pino({ level: flags.logLevel });
  const server = await listen(
    { encoder, index, log },
    {
      host: flags.host,
      port: flags.port,
      token,
      cors: flags.cors?.split(',').map((origin) => origin.trim()),
      maxBodyBytes: flags.maxBody * 2 ** 20,
      maxPixels: flags.maxPixels * 1e6,
      concurrency: flags.concurrency,
      queue: flags.queue,
      timeoutSeconds: flags.timeout,
      maxBatch: flags.maxBatch,
      graceSeconds: flags.grace,
    },
  );
  console.error(
    `listening on ${server.url}${token === undefined ? ' (no token: everyone who can reach it may use it)' : ''}`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info('stopping: answering the requests that were accepted');
  await server.close();
}

function tokenOf(file: string | undefined): string | undefined {
  const token = file === undefined ? process.env.XCLR_TOKEN : readFileSync(file, 'utf8').trim();
  return token === undefined || token === '' ? undefined : token;
}
