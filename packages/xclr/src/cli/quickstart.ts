// `xclr quickstart`: trains X-CLR and SimCLR on emoji drawings and writes a report.
import { projectedSuffix } from '../compare/measure-method.js';
import { type QuickstartResult, quickstart } from '../compare/quickstart.js';
import type { TrainSettings } from '../train/config.js';
import { maxOf, minOf } from '../util/arrays.js';
import { textTable } from '../util/table.js';
import { interruptSignal } from './interrupt.js';
import { ProgressLines } from './progress-line.js';

/** Fewer steps, with a warm-up that fits. */
function shorter(steps: number): TrainSettings {
  return { steps, schedule: { warmupSteps: Math.floor(steps / 20) } };
}

function print({ comparison, measured, report, overSeeds }: QuickstartResult, folder: string): void {
  const metrics = Object.keys(measured[0]?.metrics ?? {});
  const rows = measured.map(({ title, metrics: measured }) => [
    title,
    ...metrics.map((name) => measured[name]?.value?.toFixed(3) ?? '–'),
  ]);
  console.log(
    `\nHeld-out images: concepts never seen, drawn in a style never seen (higher is better; * after the projector)\n`,
  );
  console.log(textTable(['', ...metrics.map(shortName)], rows));
  if (overSeeds === null)
    console.log('One seed each: the table is about these encoders, not about the methods.');
  else {
    const seeds = measured.flatMap(({ key, title }) => {
      const found = overSeeds.methods[key];
      return found === undefined ? [] : [[title, ...metrics.map((name) => seedRange(found[name]))]];
    });
    console.log(
      `\nOne seed each: the table is about these encoders, not about the methods. The same settings with the seeds ${overSeeds.seeds.join(', ')}, lowest to highest:\n`,
    );
    console.log(textTable(['', ...metrics.map(shortName)], seeds));
  }
  const total = Object.values(comparison.seconds).reduce((sum, seconds) => sum + seconds, 0);
  console.log(`
${Math.round(total)} seconds in all. Open ${report} in a browser: it explains every number.
All figures: ${folder}/comparison.json

What next:
  npx xclr train --help                                      every setting
  npx xclr train --data YOUR_FOLDER                          your images: a folder of class folders, or a table of captions
  ${`npx xclr eval ${folder}/xclr`.padEnd(59)}the encoder before and after its projector
  npx xclr doctor                                            check how this machine is set up`);
}

function seedRange(found: { readonly perSeed: readonly number[] } | undefined): string {
  if (found === undefined) return '–';
  return `${minOf(found.perSeed).toFixed(3)} – ${maxOf(found.perSeed).toFixed(3)}`;
}

/** Fits a terminal: `alignment_unseen_projected` → `alignment*`. */
function shortName(metric: string): string {
  const [name = ''] = metric.split('_');
  return metric.endsWith(projectedSuffix) ? `${name}*` : name;
}

export async function quickstartCommand({
  folder,
  data,
  steps,
}: {
  folder: string;
  data: string;
  steps?: number;
}): Promise<void> {
  const progress = new ProgressLines();
  const result = await quickstart({
    folder,
    data,
    overrides: steps === undefined ? {} : shorter(steps),
    stop: interruptSignal(),
    onNotice: (message) => progress.note(message),
    onProgress: (title, done, total, note) => progress.update(title, done, total, note),
  });
  progress.end();
  if (result === null) console.log('Stopped. The same command resumes from here:\n  npm run quickstart');
  else print(result, folder);
}
