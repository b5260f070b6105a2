// `xclr studio`: a local page that follows runs.
import type { Command } from 'commander';
import { guide } from '../help/guide.js';
import { port } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument(
      '[places...]',
      'Run folders, or folders that hold some; also files of xclr embed, indexes and comparisons (default: runs)',
    )
    .optionsGroup('Server:')
    .option(
      '--port <number>',
      'Port to listen on; 0 chooses a free one (default: 6271, or a free one where that is taken)',
      port,
    )
    .option(
      '--host <address>',
      'Address to listen on; any but this machine’s own lets others look who have the token',
      '127.0.0.1',
    )
    .option(
      '--allow-host <names>',
      'Further names under which the studio is reached, such as that of a proxy, separated by commas',
    )
    .option('--no-token', 'Let everybody who can reach the address look, without the token in it')
    .optionsGroup('Output:')
    .option('--out <folder>', 'Folder for notes, tags and saved lists', 'xclr-reports/studio')
    .action(lazily(async () => (await import('../studio.js')).studioCommand));
  guide(command, {
    notes: [
      'The studio reads run folders and never writes into them; it needs neither LibTorch nor a GPU nor the internet. Over SSH, forward the port: ssh -L 8000:localhost:8000 HOST, and start it with --port 8000.',
    ],
    examples: [
      { run: 'xclr studio', does: 'all runs in runs/' },
      { run: 'xclr studio runs/xclr-photos runs/simclr-photos' },
      { run: 'xclr studio runs photos.parquet --port 8000' },
    ],
  });
}
