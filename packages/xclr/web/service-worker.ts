// Keeps the app's files for use without a network, and marks the page cross-origin isolated so that it may use threads.
// A script, not a module: the comment markers below are replaced by `xclr export --web`.

/** What a service worker has beyond a page; the DOM's types leave it out. */
interface WorkerScope {
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
/** Relative paths of every file of the app. */
const files = '__FILES__'.split('\n');
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

/** The file as it was kept, else from the network; with the headers that allow threads. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(prefix + version);
  const found = (await cache.match(request, { ignoreSearch: true })) ?? (await fetch(request));
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
