// `xclr graph compare`: two graphs over the same data.
import { compareGraphs, type Disagreement } from '../graph-tools/index.js';
import { openGraph } from '../graph-tools/open.js';
import { comparePage } from '../graph-tools/pages/compare.js';
import { resolveTrainConfig } from '../train/config.js';
import { writeFileAtomic } from '../util/files.js';
import { shorten } from '../util/shorten.js';
import { textTable } from '../util/table.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly examples: number;
  readonly out?: string;
}

export async function compareCommand(
  path: string,
  first: string,
  second: string,
  { examples, out: asked }: Options,
): Promise<void> {
  const out = reportPath(asked, path, { file: 'graphs.html' });
  const configs = [first, second].map((file) =>
    resolveTrainConfig({ base: {}, file, overrides: { data: { path } } }),
  );
  const a = await openGraph(configs[0]!);
  using firstGraph = a.graph;
  const b = await openGraph(configs[1]!);
  using secondGraph = b.graph;
  const caption = (sample: number) => a.dataset.samples[sample]!.captions[0] ?? '';
  const comparison = compareGraphs(firstGraph, secondGraph, a.training, {
    count: 700,
    seed: configs[0]!.seed,
    examples: examples,
    key: caption,
  });
  console.log(`first:  ${a.description}\nsecond: ${b.description}`);
  console.log(`rank correlation over ${comparison.pairs} pairs: ${comparison.rankCorrelation.toFixed(3)}`);
  const rows = (list: readonly Disagreement[]) =>
    list.map((one) => [
      `${shorten(caption(one.a), 40)} / ${shorten(caption(one.b), 40)}`,
      `${one.first.toFixed(2)} (${Math.round(100 * one.firstRank)} %)`,
      `${one.second.toFixed(2)} (${Math.round(100 * one.secondRank)} %)`,
    ]);
  const header = ['pair', 'first (rank)', 'second (rank)'];
  console.log(`\nMore similar in the first:\n${textTable(header, rows(comparison.moreInFirst))}`);
  console.log(`\nMore similar in the second:\n${textTable(header, rows(comparison.moreInSecond))}`);
  const { dataset } = a;
  const page = { dataset, comparison, first: a.description, second: b.description, created: new Date() };
  writeFileAtomic(out, await comparePage(page));
  console.log(`→ ${out}`);
}
