// The offline data of the quick start: emoji drawings in five styles with Unicode's names as captions.

import { type EmojiOptions, renderEmoji } from './emoji/render.js';
import { openDataset } from './open.js';
import type { Dataset } from './types.js';

export { conceptGroups } from './emoji/concepts.js';
export { type EmojiStyle, emojiStyles } from './emoji/packages.js';
export { type EmojiOptions, type EmojiSet, renderEmoji } from './emoji/render.js';

/**
 * Renders the emoji set where it is not there yet, and opens it. Captions are the names ("dog face"), labels the
 * subgroups ("animal-mammal"); keywords, concept, style, group and subgroup are attributes. Splits are by concept.
 * @internal
 */
export async function openEmoji(options: EmojiOptions): Promise<Dataset> {
  const { manifest } = await renderEmoji(options);
  const dataset = await openDataset(manifest);
  return { ...dataset, name: 'emoji' };
}
