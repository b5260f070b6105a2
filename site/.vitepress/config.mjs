// The documentation site: docs/ as it is on disk, with a sidebar, a search that runs in the page, and dead links as errors.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { outline } from '../lib/outline.mjs';
import { pages } from '../lib/places.mjs';
import { base } from '../lib/stage.mjs';

const { version } = JSON.parse(
  readFileSync(new URL('../../packages/xclr/package.json', import.meta.url), 'utf8'),
);
const link = (page) => `/${page.replace(/index$/, '')}`;

export default defineConfig({
  base,
  title: 'xclr',
  description: 'Image encoders whose similarities follow the captions, trained in TypeScript on LibTorch',
  lang: 'en',
  srcDir: pages,
  outDir: 'dist',
  cacheDir: '.cache',
  metaChunk: true,
  ignoreDeadLinks: false,
  markdown: {
    // Their colors have a contrast of 4.5 on the backgrounds of theme/colors.css.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
    anchor: { slugify },
    image: { lazyLoading: true },
    config: (md) => md.use(scrollableTables).use(scrollableCode),
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start/see-it' },
      { text: 'How-to', link: '/data' },
      { text: 'Reference', link: '/reference/settings' },
      { text: 'Results', link: '/results/' },
    ],
    sidebar: outline().map(({ title, pages: entries }) => ({
      text: title,
      items: entries.map(([page, text]) => ({ text, link: link(page) })),
    })),
    outline: [2, 3],
    search: {
      provider: 'local',
      // The name is what the button shows: colors.css hides its keys.
      options: { translations: { button: { buttonAriaLabel: 'Search' } } },
    },
    footer: { message: `xclr ${version} · Apache-2.0` },
    externalLinkIcon: true,
  },
});

/** Anchors as GitHub makes them, so that a link works in both places. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** A wide table scrolls by itself, also by keyboard. */
function scrollableTables(md) {
  md.renderer.rules.table_open = () =>
    '<div class="scrolls" tabindex="0" role="region" aria-label="Table">\n<table>\n';
  md.renderer.rules.table_close = () => '</table>\n</div>\n';
}

/** A block of code by indentation has no language, and none of what VitePress gives to the others: it scrolls too. */
function scrollableCode(md) {
  const { escapeHtml } = md.utils;
  md.renderer.rules.code_block = (tokens, place) =>
    `<pre class="scrolls plain" tabindex="0" role="region" aria-label="Code" v-pre><code>${escapeHtml(tokens[place].content)}</code></pre>\n`;
}
