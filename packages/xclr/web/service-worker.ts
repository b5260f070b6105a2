// Keeps the app's files for use without a network, and marks the page cross-origin isolated so that it may use threads.
// A script, not a module: the comment markers below are replaced by `xclr export --web`.

/** What a service worker has beyond a page; the DOM's types leave it out. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendedEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchedEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
interface ExtendedEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchedEvent extends ExtendedEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as WorkerScope;
/** Changes with any file, so that a new export replaces the old one as a whole. */
const version = '__VERSION__';
/** Relative paths of the files that are kept from the first visit on. */
const files = '__FILES__'.split('\n');
/** Folders whose files are kept as they are asked for: 'images/'. */
const later = '__LATER__'.split('\n').filter((folder) => folder !== '');
const prefix = 'xclr-web-';

async function install(): Promise<void> {
  const cache = await caches.open(prefix + version);
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })));
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== prefix + version);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The file from the network; kept where it lies in one of the folders whose files are. */
async function fetched(request: Request, cache: Cache): Promise<Response> {
  const found = await fetch(request);
  const keep = later.some((folder) => request.url.startsWith(new URL(folder, scope.registration.scope).href));
  if (keep && found.status === 200) await cache.put(request, found.clone()).catch(() => undefined); // no room: not kept
  return found;
}

/** The file as it was kept, else from the network; with the headers that allow threads. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(prefix + version);
  const found = (await cache.match(request, { ignoreSearch: true })) ?? (await fetched(request, cache));
  if (found.status === 0) return found; // opaque
  const headers = new Headers(found.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers });
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request));
});
