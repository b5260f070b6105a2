// `xclr graph audit`: faults in captions, labels and splits, with a list that training can leave out.
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { audit } from '../audit/index.js';
import { openImages } from '../data/index.js';
import { openCaptions } from '../graph-tools/open.js';
import { auditPage } from '../graph-tools/pages/audit.js';
import { runFeatures } from '../graph-tools/run-features.js';
import { plural } from '../report/format.js';
import { RunFolder } from '../train/run-folder.js';
import { writeFileAtomic } from '../util/files.js';
import { shortenQuotes } from '../util/shorten.js';
import { graphConfig } from './graph-flags.js';
import { shownAs } from './progress-line.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly out?: string;
  readonly exclude?: string;
  readonly encoder?: string;
  readonly images: boolean;
}

/** Small images are enough to find near-duplicates. */
const side = 16;

export async function auditCommand(path: string, options: Options, command: Command): Promise<void> {
  const out = reportPath(options.out, path, { file: 'audit.html' });
  const exclude = reportPath(options.exclude ?? join(dirname(out), 'audit.jsonl'), path, {
    file: 'audit.jsonl',
    flag: '--exclude',
  });
  const config = graphConfig(command, path);
  const { dataset, captions, encoder } = await openCaptions(config);
  const features =
    options.encoder === undefined
      ? undefined
      : await runFeatures(RunFolder.open(options.encoder), dataset, shownAs('encoding', 'image'));
  using _rows = features?.rows;
  await using images = options.images ? openImages(dataset, { size: side, maxFailureRate: 1 }) : null;
  const report = await audit({
    dataset,
    captions,
    seed: config.seed,
    ...(features !== undefined && { features }),
    ...(images !== null && { images }),
    onProgress: shownAs('comparing images', 'image'),
  });
  const lines = report.excluded.map(({ index, reasons }) => {
    const { id, captions: said, label } = dataset.samples[index]!;
    return `${JSON.stringify({ id, reason: reasons.join(', '), caption: said[0], label })}\n`;
  });
  writeFileAtomic(exclude, lines.join(''));
  const page = { dataset, report, description: encoder, excludeFile: exclude, created: new Date() };
  writeFileAtomic(out, await auditPage(page));
  for (const { title, count, unit, remedy, examples } of report.findings) {
    if (count === 0) {
      console.log(`✓ ${title}: none`);
      continue;
    }
    console.log(
      `! ${title}: ${plural(count, unit)}\n    ${shortenQuotes(examples[0]?.text ?? '', 60)}\n  → ${remedy}`,
    );
  }
  console.log(`→ ${out}, ${exclude} (${lines.length} images to leave out)`);
}
