// The order of the site: sections with their pages, for the sidebar, llms.txt and the check that no page is left out.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './places.mjs';

/** Paths are those of the staged pages, without `.md`. */
const sections = [
  {
    title: 'Start',
    pages: [
      ['start/see-it', 'See it'],
      ['start/try-it', 'Try it'],
      ['start/your-images', 'Your own images'],
      ['start/is-it-any-good', 'Is it any good?'],
      ['start/ship-it', 'Ship it'],
    ],
  },
  {
    title: 'How-to',
    pages: [
      ['data', 'Read and check data'],
      ['augmentation', 'Choose an augmentation'],
      ['graphs', 'Build a similarity graph'],
      ['text-encoders', 'Choose a text encoder'],
      ['training', 'Train'],
      ['studio', 'Watch runs'],
      ['weights', 'Start from weights'],
      ['gpu', 'Train on a GPU'],
      ['scale', 'Train with several processes'],
      ['evaluation', 'Evaluate'],
      ['comparison', 'Compare methods'],
      ['deployment', 'Deploy'],
      ['search', 'Search'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['reference/settings', 'Settings'],
      ['reference/commands', 'Commands'],
      ['api', 'Library'],
      ['torch', '@xclr/torch'],
      ['api/xclr/index', 'API of xclr'],
      ['api/torch/index', 'API of @xclr/torch'],
      ['glossary', 'Glossary'],
      ['platforms', 'Platforms'],
      ['releasing', 'Releases'],
      ['dependencies', 'Dependencies'],
      ['contributing', 'Contributing'],
    ],
  },
  {
    title: 'Explanations',
    pages: [
      ['loss', 'The loss'],
      ['methods', 'Losses and targets'],
      ['alignment', 'Alignment and controls'],
      ['engine', 'The engine'],
      ['python', 'The loss in Python'],
      ['other-libraries', 'Other libraries'],
      ['statistics', 'Statistics'],
      ['reliability', 'Reliability'],
    ],
  },
  {
    title: 'Results',
    pages: [
      ['results/index', 'All results'],
      ['results/quickstart/index', 'Quick start'],
      ['results/photos/index', 'Photographs'],
      ['results/ablation/index', 'Additions to the losses'],
      ['results/fashion/index', 'Products'],
      ['results/gpu/index', 'On a GPU'],
      ['results/studio/index', 'Costs of the studio'],
      ['results/checks', 'Checks beside the tests'],
      ['benchmarks', 'Benchmarks'],
    ],
  },
];

/** The sections, with the pages that none of them names: cases, and the rest among the how-to guides. */
export function outline() {
  const named = new Set(sections.flatMap((section) => section.pages.map(([page]) => page)));
  const rest = readdirSync(pages, { recursive: true })
    .filter((name) => /^(?!index|pages|source|public|start|api\/)[\w/-]+\.md$/.test(name))
    .map((name) => name.replace(/\.md$/, ''))
    .filter((page) => !named.has(page))
    .sort()
    .map((page) => [page, titleOf(page)]);
  const isCase = ([page]) => page.startsWith('cases/') && !page.endsWith('-table');
  const [start, ...others] = sections.map((section) => {
    const more = section.title === 'How-to' ? rest.filter(([page]) => !/\//.test(page)) : [];
    // Tables and notes on tuning are reached from the page of their folder.
    const results =
      section.title === 'Results'
        ? rest.filter(([page]) => /^results\/([^/]+|[^/]+\/index)$/.test(page))
        : [];
    // The reference of the API is made for the published site alone.
    const own = section.pages.filter(
      ([page]) => !page.startsWith('api/') || existsSync(join(pages, `${page}.md`)),
    );
    return { ...section, pages: [...own, ...more, ...results] };
  });
  const cases = rest.filter(isCase);
  return [start, ...(cases.length === 0 ? [] : [{ title: 'Cases', pages: cases }]), ...others];
}

function titleOf(page) {
  const text = readFileSync(join(pages, `${page}.md`), 'utf8');
  return /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? page;
}
