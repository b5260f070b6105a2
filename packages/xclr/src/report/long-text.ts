// Text that may be long: its beginning, and the whole of it on demand, without a script and by keyboard too.
import { shorten } from '../util/shorten.js';
import { html, type Markup } from './html.js';

const toggle = html`<span class="more"><span class="when-shut">show all</span><span class="when-open">show less</span></span>`;

/** The text, or its first `limit` characters and a button that shows all of it. A block where it is cut: not for use inside <p>. */
export function longText(text: string, limit = 80): Markup {
  return foldable(shorten(text, limit), text);
}

/** `short`, and on demand `whole` in its place; plain text where the two are equal. */
export function foldable(short: string, whole: string): Markup {
  if (short === whole) return html`${whole}`;
  return html`<details class="long"><summary><span class="cut">${short}</span> ${toggle}</summary><span>${whole}</span></details>`;
}

/** Under a heading that shows only the beginning of a text: the whole text on demand, or nothing where the heading has it all. */
export function wholeText(text: string, limit = 80): Markup | undefined {
  if (shorten(text, limit) === text) return undefined;
  return html`<details class="long"><summary>${toggle}</summary><span>${text}</span></details>`;
}
