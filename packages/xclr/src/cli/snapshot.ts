// `xclr snapshot`: vectors of a trained run's sample, for the studio.
import type { Split } from '../data/index.js';
import { snapshotRun } from '../graph-tools/snapshot-run.js';
import { plural } from '../report/format.js';
import { RunFolder } from '../train/run-folder.js';

export interface SnapshotFlags {
  readonly checkpoint: 'last' | 'best';
  readonly images?: number;
  readonly split: Split;
}

export async function snapshotCommand(path: string, flags: SnapshotFlags): Promise<void> {
  const onNotice = (message: string) => console.error(message);
  const { step, images, folder } = await snapshotRun(RunFolder.open(path), { ...flags, onNotice });
  console.log(`→ ${folder}: step ${step}, ${plural(images, 'image')}`);
}
