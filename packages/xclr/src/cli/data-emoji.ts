// `xclr data emoji`: renders the offline data set.
import type { Command } from 'commander';
import { renderEmoji } from '../data/index.js';
import { startProgress } from '../util/progress.js';

export function register(data: Command): void {
  data
    .command('emoji')
    .description('Render the emoji drawings of five art styles, with their names as captions')
    .argument('[folder]', 'folder to fill', 'data/emoji')
    .option('--size <pixels>', 'side of an image', '72')
    .action(async (folder: string, { size }: { size: string }) => {
      let progress: ReturnType<typeof startProgress> | undefined;
      const set = await renderEmoji({
        folder,
        size: Number(size),
        onProgress: (done, total) => {
          progress ??= startProgress('drawing', total, { unit: 'image' });
          progress.update(done);
        },
      });
      progress?.done();
      console.log(
        `${set.images} images of ${set.concepts} concepts → ${set.manifest}${set.drawn === 0 ? ' (were there already)' : ''}`,
      );
    });
}
