// `xclr serve`: an encoder and an index over HTTP.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { pino } from 'pino';
import { type OpenEncoderOptions, openEncoder } from '../deploy/encoder/index.js';
import { openIndex } from '../deploy/search/index.js';
import { listen } from '../deploy/serve/index.js';
import { defaults } from '../deploy/serve/options.js';
import { addEncoderFlags, encoderOptions } from './encoder-flags.js';
import { postgresOption } from './index-flags.js';
import { notNegative, wholeNumber } from './numbers.js';

interface ServeFlags extends OpenEncoderOptions {
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

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('Embed, search, recommend, add and remove over HTTP, with an OpenAPI document and metrics')
    .argument('<encoder>', 'run folder, exported folder, or .onnx file with a preprocessor_config.json')
    .option('--index <name>', 'folder that xclr index built; with --postgres a table')
    .addOption(postgresOption())
    .option('--host <address>', '0.0.0.0 lets other machines ask', '127.0.0.1')
    .option('--port <n>', '0 takes any that is free', notNegative, 8080)
    .option(
      '--token-file <file>',
      'file with the token that requests must carry (or XCLR_TOKEN in the environment)',
    )
    .option('--cors <origins>', 'pages that may ask, separated by commas')
    .option('--max-body <MiB>', 'largest body', wholeNumber, defaults.maxBodyBytes / 2 ** 20)
    .option('--max-pixels <megapixels>', 'largest image', wholeNumber, defaults.maxPixels / 1e6)
    .option('--concurrency <n>', 'requests worked on together', wholeNumber, defaults.concurrency)
    .option('--queue <n>', 'requests that may wait beyond those; more get 429', notNegative, defaults.queue)
    .option('--timeout <seconds>', 'until a request is given up', wholeNumber, defaults.timeoutSeconds)
    .option('--max-batch <n>', 'images that go through the encoder together', wholeNumber, defaults.maxBatch)
    .option(
      '--grace <seconds>',
      'until a stopping server cuts what is open',
      wholeNumber,
      defaults.graceSeconds,
    )
    .option('--log-level <name>', 'debug, info, warn, error or silent', 'info')
    .addHelpText(
      'after',
      `
SIGTERM answers what was accepted, then stops. Logs are JSON lines on standard output.

Examples:
  xclr serve products-encoder --index products.index
  curl --data-binary @shirt.jpg -H 'content-type: image/jpeg' 'localhost:8080/search?k=5'`,
    );
  addEncoderFlags(command).action(serveCommand);
}

async function serveCommand(path: string, flags: ServeFlags): Promise<void> {
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
    `listening on ${server.url}${token === undefined ? ' (no token: everybody who reaches it may ask)' : ''}`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  log.info('stopping: answering what was accepted');
  await server.close();
}

function tokenOf(file: string | undefined): string | undefined {
  const token = file === undefined ? process.env.XCLR_TOKEN : readFileSync(file, 'utf8').trim();
  return token === undefined || token === '' ? undefined : token;
}
