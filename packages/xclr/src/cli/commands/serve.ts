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
  addEncoderFlags(command).action(lazily(async () => (await import('../serve.js')).serveCommand));
}
