// Draws docs/images/circles-{light,dark}.svg, the figure of the first start page: six images after training with three
// methods, as the explorable shows them. Needs Chromium.
//   node site/make-figures.mjs
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { writeExplorable } from './explorable/build.mjs';

const page = join(tmpdir(), 'xclr-explorable.html');
await writeExplorable(page);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});

/** The circle with the styles of its elements as attributes; runs in the page. */
const circle = `(() => {
  const svg = document.querySelector('.xp svg[role=group]').cloneNode(true);
  const shown = [...document.querySelectorAll('.xp svg[role=group] *')];
  [...svg.querySelectorAll('*')].forEach((one, i) => {
    const style = getComputedStyle(shown[i]);
    for (const name of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'font-size', 'font-weight'])
      if (one.tagName !== 'g') one.setAttribute(name, style[name]);
    for (const name of [...one.attributes].map(({ name }) => name))
      if (/^(class|tabindex|role|aria-.*|data-.*)$/.test(name)) one.removeAttribute(name);
  });
  for (const one of svg.querySelectorAll('[visibility=hidden]')) one.remove();
  return svg.innerHTML;
})()`;

const titles = { simclr: 'SimCLR', supcon: 'SupCon', xclr: 'X-CLR' };
for (const scheme of ['light', 'dark']) {
  const tab = await browser.newPage({ colorScheme: scheme, reducedMotion: 'reduce' });
  await tab.goto(pathToFileURL(page).href);
  const panels = [];
  for (const [method, title] of Object.entries(titles)) {
    await tab.check(`input[value=${method}]`);
    await tab.click('button:has-text("Start again")');
    await tab.click('button:has-text("Train")');
    const drawing = await tab.evaluate(circle);
    const x = 480 * panels.length;
    const color = scheme === 'light' ? '#22201c' : '#ece8df';
    panels.push(
      `<g transform="translate(${x} 30)">${drawing}<text x="240" y="-2" text-anchor="middle" font-size="20" font-weight="650" fill="${color}">${title}</text></g>`,
    );
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1440 400" font-family="ui-sans-serif, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"><title>Six images on a circle after training with SimCLR, SupCon and X-CLR</title>${panels.join('\n')}</svg>\n`;
  writeFileSync(fileURLToPath(new URL(`../docs/images/circles-${scheme}.svg`, import.meta.url)), svg);
  await tab.close();
}
await browser.close();
