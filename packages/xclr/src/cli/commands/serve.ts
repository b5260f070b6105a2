// `xclr serve`: an encoder and an index over HTTP.
import type { Command } from 'commander';
import { defaults } from '../../deploy/serve/options.js';
import { addEncoderFlags } from '../encoder-flags.js';
import { postgresOption } from '../index-flags.js';
import { notNegative, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<encoder>', 'run folder, exported folder, or .onnx file with a preprocessor_config.json')
    .option('--index <name>', 'folder that xclr index built; with --postgres a table')
    .addOption(postgresOption())
    .option('--host <address>', 'address to listen on; 0.0.0.0 accepts other machines', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 chooses a free one', notNegative, 8080)
    .option(
      '--token-file <file>',
      'file with the token that requests must carry (or XCLR_TOKEN in the environment)',
    )
    .option('--cors <origins>', 'origins that may send requests, separated by commas')
    .option('--max-body <MiB>', 'largest body', wholeNumber, defaults.maxBodyBytes / 2 ** 20)
    .option('--max-pixels <megapixels>', 'largest image', wholeNumber, defaults.maxPixels / 1e6)
    .option('--concurrency <n>', 'requests handled at the same time', wholeNumber, defaults.concurrency)
    .option(
      '--queue <n>',
      'requests that may wait; further ones are refused with 429',
      notNegative,
      defaults.queue,
    )
    .option(
      '--timeout <seconds>',
      'seconds until a request is abandoned',
      wholeNumber,
      defaults.timeoutSeconds,
    )
    .option('--max-batch <n>', 'images encoded in one batch', wholeNumber, defaults.maxBatch)
    .option(
      '--grace <seconds>',
      'time that a stopping server gives to open requests',
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
  addEncoderFlags(command).action(lazily(async () => (await import('../serve.js')).serveCommand));
}
