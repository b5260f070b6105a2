// Where a worker thread's compiled entry file lies, also when the caller runs from TypeScript source.

/** Workers are plain Node processes' threads, which cannot load TypeScript: they always run from dist/. */
export function workerUrl(callerUrl: string, file: string): URL {
  const url = new URL(file, callerUrl);
  url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
  return url;
}
