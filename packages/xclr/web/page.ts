// The page: an image in, the nearest items out, and how long it took.

import { bitmapOf, Encoder } from './encoder-client.js';
import { longText } from './long-text.js';
import type { AppConfig, Item } from './messages.js';
import { type Hit, nearest } from './nearest.js';
import { bytes, element, json } from './page-files.js';

const shown = 12;

const status = element('status', HTMLElement);
const results = element('results', HTMLElement);
const query = element('query', HTMLImageElement);
const drop = element('drop', HTMLElement);
const bar = element('bar', HTMLProgressElement);

const say = (text: string, state: 'busy' | 'ready' | 'error') => {
  status.textContent = text;
  document.body.dataset.state = state;
};

/** The index as it lies in memory: titles, small images, vectors. */
interface Items {
  readonly items: readonly Item[];
  /** All small images, one after the other. */
  readonly images: ArrayBuffer;
  /** (n, d) unit rows. */
  readonly vectors: Float32Array;
}

async function loadItems({ items: count, dimensions }: AppConfig): Promise<Items> {
  const [items, images, buffer] = await Promise.all([
    json<Item[]>('index/items.json'),
    bytes('index/images.bin'),
    bytes('index/vectors.f32'),
  ]);
  const vectors = new Float32Array(buffer); // (n, d)
  if (vectors.length !== count * dimensions || items.length !== count)
    throw new Error('the index is damaged: load the page again');
  return { items, images, vectors };
}

function show(hits: readonly Hit[], { items, images }: Items): void {
  for (const old of results.querySelectorAll('img')) URL.revokeObjectURL(old.src);
  results.replaceChildren(
    ...hits.map(({ row, score }) => {
      const { id, title, from, to } = items[row]!;
      const figure = document.createElement('figure');
      figure.dataset.id = id;
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([images.slice(from, to)], { type: 'image/webp' }));
      image.alt = '';
      const again = document.createElement('button');
      again.type = 'button';
      again.className = 'tile';
      again.setAttribute('aria-label', `Find items similar to ${title.slice(0, 80)}`);
      again.append(image);
      const caption = document.createElement('figcaption');
      const how = document.createElement('div');
      how.className = 'about';
      how.textContent = score.toFixed(2);
      caption.append(longText(title), how);
      figure.append(again, caption);
      return figure;
    }),
  );
}

async function start(): Promise<void> {
  const config = await json<AppConfig>('app.json');
  document.title = config.title;
  element('title', HTMLElement).textContent = config.title;
  const index = await loadItems(config);

  const encoder = new Encoder();
  bar.max = config.modelBytes;
  const threads = await encoder.load(config, (bytes) => {
    bar.value = bytes;
  });
  bar.hidden = true;
  const where = threads > 1 ? `${threads} threads` : 'one thread';
  say(`Ready: ${config.items} items, ${where}. Nothing leaves this device.`, 'ready');

  const search = async (file: Blob) => {
    if (query.src.startsWith('blob:')) URL.revokeObjectURL(query.src);
    query.src = URL.createObjectURL(file);
    query.hidden = false;
    say('Looking …', 'busy');
    try {
      const answer = await encoder.embed(await bitmapOf(file));
      if (!encoder.isNewest(answer.id)) return;
      // For pages that are built upon this one, and for its tests.
      document.dispatchEvent(new CustomEvent('xclr:embedded', { detail: answer }));
      const began = performance.now();
      show(nearest(index.vectors, answer.vector, shown), index);
      const searched = performance.now() - began;
      const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
      say(
        `Prepared in ${ms(answer.preprocessMs)}, encoded in ${ms(answer.encodeMs)} (${where}), ${config.items} items searched in ${ms(searched)}.`,
        'ready',
      );
      // For those who look on from outside, tests among them.
      document.dispatchEvent(new CustomEvent('xclr-embedded', { detail: Array.from(answer.vector) }));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), 'error');
    }
  };

  for (const id of ['file', 'camera']) {
    const input = element(id, HTMLInputElement);
    input.disabled = false;
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void search(file);
      input.value = '';
    });
  }
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  document.addEventListener('dragleave', () => drop.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void search(file);
  });
  document.addEventListener('paste', (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file !== undefined) void search(file);
  });
  results.addEventListener('click', ({ target }) => {
    const image = target instanceof Element ? target.closest('button.tile')?.querySelector('img') : null;
    if (image != null)
      void fetch(image.src)
        .then((answer) => answer.blob())
        .then(search);
  });
}

/** First load: the service worker keeps the files and, by a reload, turns threads on. Without one the page works too. */
async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  try {
    await navigator.serviceWorker.register('service-worker.js');
    await navigator.serviceWorker.ready;
    if (window.crossOriginIsolated || sessionStorage.getItem('reloaded') !== null) return;
    sessionStorage.setItem('reloaded', 'yes'); // once: a browser without threads must not reload forever
    location.reload();
  } catch {
    // Private windows refuse service workers: then there is no offline use, and all else works.
  }
}

keepOffline()
  .then(start)
  .catch((error: unknown) => say(error instanceof Error ? error.message : String(error), 'error'));
