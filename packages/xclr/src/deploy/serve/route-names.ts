// Names of routes for the metrics: a fixed few, whatever clients ask for.

const fixed = new Set([
  '/',
  '/embed',
  '/search',
  '/recommend',
  '/item',
  '/item/thumbnail',
  '/health',
  '/metrics',
  '/openapi.json',
]);
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

function pathName(path: string): string {
  if (fixed.has(path)) return path;
  if (/^\/items\/[^/]+\/thumbnail$/.test(path)) return '/items/:id/thumbnail';
  if (/^\/items\/[^/]+$/.test(path)) return '/items/:id';
  return /^\/page\/[^/]+$/.test(path) ? '/page/:script' : 'unknown';
}

/** "POST /embed"; what is no route of the server is "… unknown". */
export function routeName(method: string, path: string): string {
  return `${methods.has(method) ? method : 'other'} ${pathName(path)}`;
}
