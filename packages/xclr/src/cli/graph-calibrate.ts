// `xclr graph calibrate`: which τ_s suits these captions, for batches of several sizes.
import type { Command } from 'commander';
import { calibrateSizes } from '../graph-tools/calibrate-sizes.js';
import { calibratePage } from '../graph-tools/pages/calibrate.js';
import { writeFileAtomic } from '../util/files.js';
import { textTable } from '../util/table.js';
import { graphConfig } from './graph-flags.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly mass: number;
  readonly out?: string;
}

export async function calibrateCommand(
  path: string,
  { mass: aim, out: asked }: Options,
  command: Command,
): Promise<void> {
  const out = reportPath(asked, path, { file: 'calibration.html' });
  const config = graphConfig(command, path);
  const own = config.batchSize;
  const { calibrations, description, data } = await calibrateSizes(config, aim);
  const { found } = calibrations.find(({ batch }) => batch === own)!;
  console.log(`${description}: mean similarity of two different images ${found.meanOffPositive.toFixed(3)}`);
  console.log(
    textTable(
      ['batch', 'τ_s', 'on same caption', 'on the other view', 'target entropy'],
      calibrations.map(({ batch, found: one }) => [
        `${batch}${batch === own ? ' *' : ''}`,
        String(one.targetTemperature),
        one.sameCaptionMass.toFixed(2),
        one.positiveMass.toFixed(2),
        one.targetEntropy.toFixed(2),
      ]),
    ),
  );
  writeFileAtomic(
    out,
    calibratePage({ data, path, description, calibrations, own, aim, created: new Date() }),
  );
  console.log(`→ ${out}`);
  console.log(`\nNext:\n  xclr train --data ${path} --graph-temperature ${found.targetTemperature}`);
}
