// Every image file below a folder is accounted for: it became a sample, a problem says why not, or it is listed here.
import { relative, sep } from 'node:path';
import { whyUnreadable } from './image-names.js';
import type { Place, Problem, RawDataset, SourceKind } from './types.js';

/** Image files that the reader took no sample from and said nothing of, with the reason; and those left aside, counted. */
export async function passedOver(place: Place, kind: SourceKind, raw: RawDataset): Promise<Problem[]> {
  if (place.kind !== 'folder' || kind.format === 'packed') return [];
  const { images, unreadable, aside } = await place.tree();
  const problems: Problem[] = [];
  const reason = kind.passesOver;
  if (reason !== undefined && images.length + unreadable.length > 0) {
    const accounted = new Set<string>(raw.problems.map(({ where }) => where));
    for (const { image, where } of raw.samples) {
      if (image.part !== undefined) continue;
      accounted.add(relative(place.path, image.path).split(sep).join('/'));
      accounted.add(where);
    }
    // A problem of a folder stands for what lies in it: 'test: 3 images without labels are left out'.
    const isAccounted = (path: string): boolean => {
      for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/'))))
        if (accounted.has(at)) return true;
      return false;
    };
    for (const path of images)
      if (!isAccounted(path))
        problems.push({ where: path, reason: kind.passesOver ?? `no part of the ${kind.name}` });
    for (const path of unreadable)
      if (!isAccounted(path)) problems.push({ where: path, reason: whyUnreadable(path)! });
  }
  if (aside.size > 0) {
    const count = [...aside.values()].reduce((a, b) => a + b, 0);
    const what = `${count} images in hidden folders and in those that systems make are left out`;
    problems.push({ where: [...aside.keys()].sort().join(', '), reason: what, warning: true });
  }
  return problems;
}
