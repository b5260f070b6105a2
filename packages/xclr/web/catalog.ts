// The catalog's page: products as tiles; similar ones by an item, an image or words, through filters, with variety where wanted.
import {
  best,
  type Column,
  inSpace,
  passing,
  type Rows,
  rowsOf,
  similarities,
  varied,
  vectorOf,
  type Wanted,
} from './catalog-index.js';
import { type Words, withNames, wordQuery, wordsIn } from './catalog-words.js';
import { bitmapOf, Encoder } from './encoder-client.js';
import { longText } from './long-text.js';
import type { LoadedModel } from './messages.js';
import { bytes, element, json } from './page-files.js';

/** catalog.json, which `xclr catalog` wrote beside the page. */
interface Settings extends LoadedModel {
  readonly items: number;
  readonly dimensions: number;
  /** (d) subtracted from the encoder's vectors, or null. */
  readonly mean: readonly number[] | null;
  readonly columns: readonly Column[];
  /** Words with a vector. */
  readonly words: number;
}

/** index/items.json: a list of each. */
interface Items {
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  /** For each column, the items' values; null where an item has none. */
  readonly columns: readonly (readonly (number | null)[])[];
  /** 1 where images/<row>.webp is there. */
  readonly images: readonly (0 | 1)[];
}

interface Catalog {
  readonly settings: Settings;
  readonly items: Items;
  readonly rows: Rows;
  readonly words: Words;
  /** Words of each item's title and values. */
  readonly own: readonly ReadonlySet<string>[];
  readonly rowOf: ReadonlyMap<string, number>;
}

/** What the tiles are ordered by. */
type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'item'; readonly row: number }
  | { readonly kind: 'image'; readonly address: string; readonly vector: Float32Array }
  | { readonly kind: 'words'; readonly text: string };

const perPage = 24;
/** As `xclr search --diversity` in the example of a shop. */
const diversity = 0.4;
/** Candidates for each varied tile. */
const widening = 5;

const form = element('search', HTMLFormElement);
const words = element('words', HTMLInputElement);
const status = element('status', HTMLElement);
const asked = element('asked', HTMLElement);
const heading = element('heading', HTMLElement);
const results = element('results', HTMLElement);
const more = element('more', HTMLButtonElement);
const variety = element('variety', HTMLInputElement);
const filters = element('filters', HTMLElement);
const bar = element('bar', HTMLProgressElement);

function say(text: string, state: 'busy' | 'ready' | 'error'): void {
  status.textContent = text;
  document.body.dataset.state = state;
}

const failed = (error: unknown) => say(error instanceof Error ? error.message : String(error), 'error');

async function load(): Promise<Catalog> {
  const settings = await json<Settings>('catalog.json');
  const { dimensions, items: count } = settings;
  const [items, vectors, listed, wordVectors] = await Promise.all([
    json<Items>('index/items.json'),
    bytes('index/vectors.i8'),
    json<{ words: readonly string[]; weights: readonly number[] }>('index/words.json'),
    bytes('index/words.i8'),
  ]);
  const whole =
    vectors.byteLength === count * dimensions &&
    items.ids.length === count &&
    wordVectors.byteLength === settings.words * dimensions;
  if (!whole) throw new Error('The index is damaged: load the page again.');
  return {
    settings,
    items,
    rows: rowsOf(new Int8Array(vectors), dimensions),
    words: {
      places: new Map(listed.words.map((word, place) => [word, place])),
      rows: rowsOf(new Int8Array(wordVectors), dimensions),
      weights: listed.weights,
    },
    own: items.titles.map(
      (title, row) => new Set(wordsIn([title, ...valuesOf(settings, items, row)].join(' '))),
    ),
    rowOf: new Map(items.ids.map((id, row) => [id, row])),
  };
}

/** What the columns say of an item. */
function valuesOf({ columns }: Settings, items: Items, row: number): string[] {
  return columns.flatMap((column, place) => {
    const value = items.columns[place]![row] ?? null;
    if (value === null) return [];
    return [column.kind === 'choice' ? column.values[value]! : `${column.name} ${value}`];
  });
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const one = document.createElement(name);
  one.className = className;
  one.append(...children);
  return one;
}

const linkTo = (id: string) => `#item=${encodeURIComponent(id)}`;

/** The query that the address names, so that a search can be kept, sent and gone back to. */
function queryOfAddress({ rowOf }: Catalog): Query {
  const given = new URLSearchParams(location.hash.slice(1));
  const [id, text] = [given.get('item'), given.get('words')];
  const row = id === null ? undefined : rowOf.get(id);
  if (row !== undefined) return { kind: 'item', row };
  return text === null || text.trim() === '' ? { kind: 'all' } : { kind: 'words', text };
}

/** One control for each column that can be filtered by. */
function addFilters({ columns }: Settings, onChange: () => void): void {
  filters.append(
    ...columns.flatMap((column, place) => {
      if (column.kind === 'choice') {
        const select = make('select', '', new Option('any', ''));
        select.append(...column.values.map((value, i) => new Option(value, String(i))));
        select.dataset.column = String(place);
        return [make('label', '', `${column.name} `, select)];
      }
      return (['from', 'to'] as const).map((end) => {
        const input = make('input', '');
        input.type = 'number';
        input.step = 'any';
        input.dataset.column = String(place);
        input.dataset.end = end;
        return make('label', '', `${column.name}, ${end} `, input);
      });
    }),
  );
  filters.addEventListener('change', onChange);
}

function wantedNow(): Wanted[] {
  const ranges = new Map<number, { column: number; from: number; to: number }>();
  const wanted: Wanted[] = [];
  for (const control of filters.querySelectorAll<HTMLSelectElement | HTMLInputElement>('[data-column]')) {
    if (control.value === '') continue;
    const column = Number(control.dataset.column);
    if (control instanceof HTMLSelectElement) wanted.push({ column, value: Number(control.value) });
    else {
      const range = ranges.get(column) ?? { column, from: -Infinity, to: Infinity };
      range[control.dataset.end === 'from' ? 'from' : 'to'] = Number(control.value);
      ranges.set(column, range);
    }
  }
  return [...wanted, ...ranges.values()];
}

/** The page with a catalog loaded. */
class Shop {
  readonly #catalog: Catalog;
  #query: Query = { kind: 'all' };
  #shown = perPage;
  #encoder: Promise<Encoder> | undefined;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Shows what the address says. */
  follow(): void {
    this.#ask(queryOfAddress(this.#catalog));
  }

  refresh(): void {
    this.#shown = perPage;
    this.#draw();
  }

  showMore(): void {
    const before = results.childElementCount;
    this.#shown += perPage;
    this.#draw();
    results.children[before]?.querySelector('a')?.focus();
  }

  async searchImage(file: Blob): Promise<void> {
    try {
      say('Looking …', 'busy');
      const image = await bitmapOf(file);
      const encoder = await this.#loaded();
      const answer = await encoder.embed(image);
      if (!encoder.isNewest(answer.id)) return;
      // For those who look on from outside, tests among them.
      document.dispatchEvent(new CustomEvent('xclr:embedded', { detail: answer }));
      const vector = inSpace(answer.vector, this.#catalog.settings.mean);
      if (location.hash !== '') history.pushState(null, '', location.pathname + location.search);
      this.#ask({ kind: 'image', address: URL.createObjectURL(file), vector });
    } catch (error) {
      failed(error);
    }
  }

  /** The encoder, loaded when the first image comes. */
  #loaded(): Promise<Encoder> {
    const start = async () => {
      const encoder = new Encoder();
      const { settings } = this.#catalog;
      bar.max = settings.modelBytes;
      bar.hidden = false;
      say('Loading the encoder, once. The image stays on this device.', 'busy');
      await encoder
        .load(settings, (loaded) => {
          bar.value = loaded;
        })
        .finally(() => {
          bar.hidden = true;
        });
      return encoder;
    };
    this.#encoder ??= start().catch((error: unknown) => {
      this.#encoder = undefined; // the network may be back next time
      throw error;
    });
    return this.#encoder;
  }

  #ask(query: Query): void {
    if (this.#query.kind === 'image') URL.revokeObjectURL(this.#query.address);
    this.#query = query;
    words.value = query.kind === 'words' ? query.text : '';
    this.refresh();
    if (query.kind === 'all') return;
    heading.focus({ preventScroll: true });
    asked.scrollIntoView({ block: 'start' });
  }

  /** Similarities to the query, or null where there is nothing to be similar to. @returns also what is to be said */
  #scores(): { scores: Float32Array | null; title: string; remark: string } {
    const { items, rows, words: known, own } = this.#catalog;
    const query = this.#query;
    if (query.kind === 'all') return { scores: null, title: 'All products', remark: '' };
    if (query.kind === 'item')
      return {
        scores: similarities(rows, vectorOf(rows, query.row)),
        title: `Similar to ${shortTitle(items.titles[query.row]!)}`,
        remark: '',
      };
    if (query.kind === 'image')
      return { scores: similarities(rows, query.vector), title: 'Similar to your image', remark: '' };
    const found = wordQuery(query.text, known);
    const lost = found.unknown.map((word) => `“${shortTitle(word)}”`).join(', ');
    return {
      scores: found.vector && withNames(similarities(rows, found.vector), found.known, own),
      title: `“${shortTitle(query.text)}”`,
      remark: lost === '' ? '' : ` No product's name has ${lost}.`,
    };
  }

  #draw(): void {
    const { items, rows } = this.#catalog;
    const query = this.#query;
    const { scores, title, remark } = this.#scores();
    const nothing = scores === null && query.kind === 'words';
    const passed = nothing
      ? []
      : passing(items.ids.length, items.columns, wantedNow()).filter(
          (row) => query.kind !== 'item' || row !== query.row,
        );
    const count = this.#shown;
    const ordered = (): number[] => {
      if (scores === null) return passed.slice(0, count);
      if (!variety.checked) return best(scores, passed, count);
      return varied(rows, scores, best(scores, passed, widening * count), { count, diversity });
    };
    const found = ordered();
    heading.textContent = title;
    this.#drawQuery();
    results.replaceChildren(...found.map((row) => this.#tile(row, scores?.[row])));
    more.hidden = found.length >= passed.length;
    variety.disabled = scores === null;
    const of = passed.length === 1 ? '1 product' : `${passed.length.toLocaleString('en')} products`;
    const order = variety.checked
      ? ', similar ones that differ among themselves first'
      : ', the most similar first';
    say(`${of}${scores === null ? '' : order}.${remark}`, 'ready');
  }

  #drawQuery(): void {
    const query = this.#query;
    const children: Node[] = [];
    if (query.kind === 'image') {
      const image = new Image();
      image.src = query.address;
      image.alt = 'Your image';
      children.push(make('div', 'tile', image));
    }
    if (query.kind === 'item') {
      const { items, settings } = this.#catalog;
      const facts = make('dl', '');
      settings.columns.forEach((column, place) => {
        const value = items.columns[place]![query.row] ?? null;
        if (value === null) return;
        const said = column.kind === 'choice' ? column.values[value]! : String(value);
        facts.append(make('dt', '', column.name), make('dd', '', said));
      });
      facts.append(make('dt', '', 'Id'), make('dd', '', items.ids[query.row]!));
      const about = make('div', 'about', make('p', 'name', longText(items.titles[query.row]!, 160)), facts);
      children.push(this.#picture(query.row), about);
    }
    if (query.kind !== 'all') {
      const back = make('a', 'all', 'All products');
      back.href = '#';
      back.addEventListener('click', (event) => {
        event.preventDefault(); // the address may be without a query already, and then it would not change
        history.pushState(null, '', location.pathname + location.search);
        this.follow();
      });
      children.push(back);
    }
    asked.replaceChildren(...children);
  }

  #picture(row: number): HTMLElement {
    if (this.#catalog.items.images[row] !== 1) return make('div', 'tile', make('span', '', 'no image'));
    const image = new Image();
    image.loading = 'lazy';
    image.decoding = 'async';
    image.alt = '';
    image.src = `images/${row}.webp`;
    return make('div', 'tile', image);
  }

  #tile(row: number, score: number | undefined): HTMLLIElement {
    const { items, settings } = this.#catalog;
    const title = make('span', 'name', shortTitle(items.titles[row]!));
    const link = make('a', '', this.#picture(row), title);
    link.href = linkTo(items.ids[row]!);
    const tile = make(
      'li',
      '',
      link,
      make('div', 'values', valuesOf(settings, items, row).map(shortTitle).join(' · ')),
    );
    tile.dataset.id = items.ids[row]!;
    if (score !== undefined) tile.dataset.score = score.toFixed(4);
    return tile;
  }
}

/** A name that fits a tile. */
function shortTitle(text: string): string {
  return text.length <= 90 ? text : `${text.slice(0, 88).trimEnd()}…`;
}

function take(shop: Shop, data: DataTransfer | null): void {
  const [file] = data?.files ?? [];
  if (file !== undefined) void shop.searchImage(file);
}

async function start(): Promise<void> {
  const catalog = await load();
  const shop = new Shop(catalog);
  addFilters(catalog.settings, () => shop.refresh());
  shop.follow();
  window.addEventListener('hashchange', () => shop.follow());
  variety.addEventListener('change', () => shop.refresh());
  more.addEventListener('click', () => shop.showMore());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const hash = words.value.trim() === '' ? '#' : `#words=${encodeURIComponent(words.value.trim())}`;
    if (location.hash === hash) shop.follow();
    else location.hash = hash;
  });
  const picker = element('image', HTMLInputElement);
  picker.addEventListener('change', () => {
    const [file] = picker.files ?? [];
    if (file !== undefined) void shop.searchImage(file);
    picker.value = '';
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    take(shop, event.dataTransfer);
  });
  document.addEventListener('paste', (event) => take(shop, event.clipboardData));
  // The next visit needs no network; private windows refuse service workers, and all else works.
  if ('serviceWorker' in navigator && window.isSecureContext)
    void navigator.serviceWorker.register('service-worker.js').catch(() => undefined);
}

start().catch(failed);
