// The page of `xclr serve`: an image, words or an id in; the most similar items, with their images, out.
import { longText } from './long-text.js';

interface Match {
  readonly id: string;
  readonly similarity: number;
  readonly captions: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
  readonly image: boolean;
}

type Answer =
  | { readonly matches: readonly Match[] }
  | { readonly vector: readonly number[] }
  | { readonly error: string; readonly remedy?: string };

/** How many items are shown. */
const shown = 24;

function found<Type extends HTMLElement>(selector: string, type: new () => Type): Type {
  const one = document.querySelector(selector);
  if (!(one instanceof type)) throw new Error(`the page has no ${selector}`);
  return one;
}

const form = found('form', HTMLFormElement);
const status = found('#status', HTMLElement);
const results = found('#results', HTMLElement);
const query = found('#query', HTMLElement);
const { searches } = document.body.dataset;

/** Addresses of images in memory, to be given back when others take their place. */
let held: string[] = [];

function imageOf(blob: Blob, alt: string): HTMLImageElement {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  image.alt = alt;
  held.push(image.src);
  return image;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const one = document.createElement(name);
  if (className !== '') one.className = className;
  one.append(...children);
  return one;
}

const given = (name: string): string => {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value.trim() : '';
};

const headers = (more: Record<string, string> = {}): Record<string, string> => {
  const token = given('token');
  return token === '' ? more : { ...more, authorization: `Bearer ${token}` };
};

/** An item's image by the same rules of access as everything else; a plain <img> could not send the token. */
async function fillImage(tile: HTMLElement, id: string): Promise<void> {
  const answer = await fetch(`item/thumbnail?${new URLSearchParams({ id })}`, { headers: headers() });
  if (answer.ok) tile.replaceChildren(imageOf(await answer.blob(), ''));
  else tile.replaceChildren('image file cannot be read');
}

function tileOf({ id, image }: Pick<Match, 'id' | 'image'>): HTMLElement {
  const tile = element('div', 'tile', image ? '' : 'no image file');
  if (image) void fillImage(tile, id).catch(() => tile.replaceChildren('image file cannot be read'));
  return tile;
}

function card(match: Match): HTMLElement {
  const { id, similarity, captions, columns } = match;
  const again = element('button', 'again', 'Find similar');
  again.type = 'button';
  again.setAttribute('aria-label', `Find similar to ${id}`);
  again.addEventListener('click', () => {
    // Filter, variety and token stay: the query alone is another one.
    for (const name of ['image', 'text', 'id']) {
      const input = form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = '';
    }
    found('[name=id]', HTMLInputElement).value = id;
    form.requestSubmit();
  });
  const values = Object.entries(columns).map(([name, value]) => `${name}: ${value}`);
  return element(
    'li',
    '',
    tileOf(match),
    element('div', 'said', longText(captions[0] ?? id)),
    element('div', 'about', element('b', '', similarity.toFixed(3)), ' · ', longText(id, 60)),
    element('div', 'about', longText(values.join(' · '))),
    again,
  );
}

function showQuery(file: File | undefined, text: string, id: string): void {
  if (file !== undefined)
    query.replaceChildren(
      element('div', 'tile', imageOf(file, 'Your image')),
      element('div', '', 'Your image'),
    );
  else if (text !== '') query.replaceChildren(element('div', '', '“', longText(text, 200), '”'));
  else query.replaceChildren(tileOf({ id, image: true }), element('div', '', 'Item ', longText(id, 80)));
}

function request(file: File | undefined, text: string, id: string): Promise<Response> {
  const filter = given('filter') === '' ? {} : { filter: given('filter') };
  const how = { k: shown, diversity: Number(given('diversity')), ...filter };
  if (file !== undefined) {
    const settings = Object.entries(how).map(([name, value]): [string, string] => [name, String(value)]);
    const path = searches === 'yes' ? `search?${new URLSearchParams(settings)}` : 'embed';
    return fetch(path, {
      method: 'POST',
      body: file,
      headers: headers({ 'content-type': 'application/octet-stream' }),
    });
  }
  const body = JSON.stringify({ ...(text === '' ? { id } : { text }), ...how });
  return fetch('search', { method: 'POST', body, headers: headers({ 'content-type': 'application/json' }) });
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;

async function ask(file: File | undefined): Promise<void> {
  const [text, id] = [given('text'), given('id')];
  if (file === undefined && text === '' && id === '') {
    status.textContent =
      searches === 'yes' ? 'Choose an image, or enter a text or an id.' : 'Choose an image first.';
    return;
  }
  for (const address of held) URL.revokeObjectURL(address);
  held = [];
  results.replaceChildren();
  showQuery(file, text, id);
  status.textContent = 'Searching …';
  const began = performance.now();
  const answer = (await (await request(file, text, id)).json()) as Answer;
  const took = `${Math.round(performance.now() - began)} ms`;
  if ('error' in answer) {
    status.textContent =
      answer.remedy === undefined ? `${answer.error}.` : `${answer.error}. ${answer.remedy}`;
  } else if ('vector' in answer) {
    status.textContent = `A vector of ${count(answer.vector.length, 'number')}, in ${took}. The first of them:`;
    const numbers = answer.vector.slice(0, 12).map((x) => x.toFixed(4));
    results.replaceChildren(element('li', 'vector', `${numbers.join('  ')} …`));
  } else {
    const order = Number(given('diversity')) > 0 ? 'similar and varied' : 'the most similar first';
    status.textContent = `${count(answer.matches.length, 'item')}, ${order}, in ${took}.`;
    results.replaceChildren(...answer.matches.map(card));
  }
}

/** The image of the last query where it was one: it may have been dropped or pasted. */
let asked: File | undefined;

function submit(file: File | undefined): void {
  asked = file;
  ask(file).catch(() => {
    status.textContent = 'The answer of the server could not be read. Check that the server is running.';
  });
}

const picker = found('[name=image]', HTMLInputElement);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(picker.files?.[0]);
});
picker.addEventListener('change', () => {
  const [file] = picker.files ?? [];
  if (file !== undefined) submit(file);
});
const variety = form.querySelector<HTMLInputElement>('[name=diversity]');
const sayVariety = () => {
  const value = Number(variety?.value ?? 0);
  found('#variety', HTMLOutputElement).value = value === 0 ? 'none' : value.toFixed(1);
};
if (variety !== null) sayVariety(); // a reloaded page keeps what was chosen
variety?.addEventListener('input', sayVariety);
variety?.addEventListener('change', () => {
  if (query.hasChildNodes()) submit(asked);
});
document.addEventListener('dragover', (event) => event.preventDefault());
const take = (data: DataTransfer | null) => {
  const [file] = data?.files ?? [];
  if (file !== undefined) submit(file);
};
document.addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer);
});
document.addEventListener('paste', (event) => take(event.clipboardData));
