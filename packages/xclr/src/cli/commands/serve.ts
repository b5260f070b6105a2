// `xclr serve`: an encoder and an index over HTTP.
import { type Command, Option } from 'commander';
import { defaults } from '../../deploy/serve/options.js';
import { addEncoderFlags } from '../encoder-flags.js';
import { guide } from '../help/guide.js';
import { breadthOption, postgresOption } from '../index-flags.js';
import { notNegative, port, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export function declare(command: Command): void {
  command
    .argument('<encoder>', 'Run folder, exported folder, or .onnx file with a preprocessor_config.json')
    .optionsGroup('Server:')
    .option(
      '--index <name>',
      'Index to search: a folder that xclr index build wrote; with --postgres, a table',
    )
    .option(
      '--host <address>',
      'Address to listen on; 0.0.0.0 accepts other machines, and needs a token',
      '127.0.0.1',
    )
    .option('--port <number>', 'Port to listen on; 0 chooses a free one', port, 8080)
    .addOption(
      new Option('--log-level <name>', 'Which messages are logged').choices(logLevels).default('info'),
    )
    .optionsGroup('Access:')
    .option(
      '--token-file <file>',
      'File with the token that requests must carry (or XCLR_TOKEN in the environment)',
    )
    .option('--no-token', 'Let everybody who can reach the server search and change the index')
    .option(
      '--allow-host <names>',
      'Further names under which the server is reached, such as that of a proxy, separated by commas',
    )
    .option('--cors <origins>', 'Origins of the pages that may send requests, separated by commas')
    .optionsGroup('Limits:')
    .option(
      '--max-body <MiB>',
      'Largest image file; JSON may have 64 KiB',
      wholeNumber,
      defaults.maxBodyBytes / 2 ** 20,
    )
    .option('--max-pixels <megapixels>', 'Largest image', wholeNumber, defaults.maxPixels / 1e6)
    .option('--concurrency <number>', 'Requests handled at the same time', wholeNumber, defaults.concurrency)
    .option(
      '--queue <number>',
      'Requests that may wait; further ones are refused with 429',
      notNegative,
      defaults.queue,
    )
    .option('--connections <number>', 'Connections that may be open', wholeNumber, defaults.connections)
    .option(
      '--timeout <seconds>',
      'Abandon a body that has not arrived after this time, and a request after this time more',
      wholeNumber,
      defaults.timeoutSeconds,
    )
    .option('--decoders <number>', 'Processes that decode images', wholeNumber, defaults.decoders)
    .option(
      '--decode-timeout <seconds>',
      'Abandon the decoding of one image after this time',
      wholeNumber,
      defaults.decodeSeconds,
    )
    .option('--max-batch <number>', 'How many images are encoded together', wholeNumber, defaults.maxBatch)
    .option(
      '--grace <seconds>',
      'When stopping, close open connections after this time',
      wholeNumber,
      defaults.graceSeconds,
    )
    .optionsGroup('Index and encoder:')
    .addOption(postgresOption())
    .addOption(
      breadthOption('How many candidates HNSW looks at for a query (default: as the index was built with)'),
    );
  addEncoderFlags(command).action(lazily(async () => (await import('../serve.js')).serveCommand));
  guide(command, {
    notes: [
      'The server answers at /embed, /search and others: /openapi.json describes them, /metrics counts them, and / is a page to try it. Logs are JSON lines on standard output. SIGTERM finishes the requests that were accepted, then stops.',
    ],
    examples: [
      { run: 'xclr serve products-encoder --index products.index' },
      { run: "curl --data-binary @shirt.jpg -H 'content-type: image/jpeg' 'localhost:8080/search?k=5'" },
    ],
  });
}
