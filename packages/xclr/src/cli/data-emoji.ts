// `xclr data emoji`: renders the offline data set.
import { renderEmoji } from '../data/index.js';
import { startProgress } from '../util/progress.js';

export async function emojiCommand(folder: string, { size }: { size: number }): Promise<void> {
  let progress: ReturnType<typeof startProgress> | undefined;
  const set = await renderEmoji({
    folder,
    size,
    onProgress: (done, total) => {
      progress ??= startProgress('drawing', total, { unit: 'image' });
      progress.update(done);
    },
  });
  progress?.done();
  console.log(
    `${set.images} images of ${set.concepts} concepts → ${set.manifest}${set.drawn === 0 ? ' (were there already)' : ''}`,
  );
}
