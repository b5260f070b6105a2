// `xclr graph calibrate`: which τ_s suits these captions, for batches of several sizes.
import type { Command } from 'commander';
import { selectSamples } from '../data/index.js';
import { calibrate } from '../graph/index.js';
import { openCaptions } from '../graph-tools/open.js';
import { textTable } from '../util/table.js';
import { addGraphFlags, graphConfig } from './graph-flags.js';

export function register(graph: Command): void {
  const command = graph
    .command('calibrate')
    .description('Propose τ_s for these captions; train --graph-temperature auto uses the same proposal')
    .argument('<data>', 'folder or file, as xclr train --data takes it')
    .option('--mass <share>', 'wanted share of the target on views with the very same caption', '0.5');
  addGraphFlags(command).action(async (path: string, { mass }: { mass: string }) => {
    const config = graphConfig(command, path);
    const { dataset, captions, encoder } = await openCaptions(config);
    const training = selectSamples(dataset, config.data.train);
    const { vectors, dimensions, rowOf } = captions;
    const part = { vectors, dimensions, rowOf: training.map((index) => rowOf[index]!) };
    const batches = [...new Set([64, 256, 1024, 4096, config.batchSize])].sort((a, b) => a - b);
    const sameCaptionMass = Number(mass);
    const rows = batches.map((batch) => ({ batch, found: calibrate(part, { batch, sameCaptionMass }) }));
    console.log(
      `${encoder}: mean cosine of two different pictures ${rows[0]!.found.meanOffPositive.toFixed(3)}`,
    );
    console.log(
      textTable(
        ['batch', 'τ_s', 'on same caption', 'on the other view', 'target entropy'],
        rows.map(({ batch, found }) => [
          `${batch}${batch === config.batchSize ? ' *' : ''}`,
          String(found.targetTemperature),
          found.sameCaptionMass.toFixed(2),
          found.positiveMass.toFixed(2),
          found.targetEntropy.toFixed(2),
        ]),
      ),
    );
    const own = rows.find(({ batch }) => batch === config.batchSize)!.found;
    console.log(`\nAt batch ${config.batchSize}, as a function of τ_s:`);
    console.log(
      textTable(
        ['τ_s', 'on same caption', 'on the other view', 'target entropy'],
        own.curve.map((point) => [
          String(point.targetTemperature),
          point.sameCaptionMass.toFixed(2),
          point.positiveMass.toFixed(2),
          point.targetEntropy.toFixed(2),
        ]),
      ),
    );
    console.log(`\nNext:\n  xclr train --data ${path} --graph-temperature ${own.targetTemperature}`);
  });
}
