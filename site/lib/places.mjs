// Where things of the site lie: sources, staged pages, the built site.
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The repository. */
export const root = here('../../');
/** Pages as VitePress reads them: docs/ with links that lead to pages of the site. Made by `stage`. */
export const pages = here('../.pages/');
/** The built site. */
export const built = here('../dist/');
