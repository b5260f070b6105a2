// The built page: its few files, read when the studio starts, so that no request names a path on the disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paletteCss } from '../report/palette.js';
import { schemeCss, themeCss, typeCss } from '../report/theme.js';
import { UserError } from '../util/errors.js';

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside the compiled server, also where tests run its sources. */
const folder = fileURLToPath(new URL('../../dist/studio-page/', import.meta.url));

/**
 * By path: '/', '/assets/index-1a2b.js'.
 * @throws {UserError} where the page was not built
 */
export function readPage(): ReadonlyMap<string, PageFile> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UserError(
      `studio: the page is missing in ${folder}`,
      'In a checkout, `npm run setup` builds it; an installed package has it.',
    );
  }
  const files = new Map<string, PageFile>();
  const add = (path: string, text: Buffer | string, type: string) =>
    files.set(path, { bytes: Uint8Array.from(Buffer.from(text)), type });
  add('/', readFileSync(join(folder, 'index.html')), types['.html']!);
  for (const name of readdirSync(join(folder, 'assets'))) {
    const type = types[extname(name)];
    if (type !== undefined) add(`/assets/${name}`, readFileSync(join(folder, 'assets', name)), type);
  }
  add('/theme.css', studioTheme(), types['.css']!);
  return files;
}

/** The report's colors and type; a scheme that was chosen on the page is stronger than the system's. */
function studioTheme(): string {
  const chosen = (['light', 'dark'] as const).map(
    (scheme) =>
      `:root[data-theme="${scheme}"] { color-scheme: ${scheme}; ${schemeCss(scheme)} ${paletteCss(scheme)} }`,
  );
  return [themeCss(paletteCss), ...chosen, typeCss].join('\n');
}

/** Everything comes from the studio itself. Images may be made on the page (blob:, data:), as those that are saved are. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
