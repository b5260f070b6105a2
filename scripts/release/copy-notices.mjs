// Copies LICENSE and NOTICE, and the README where a package has none of its own, into the package that is packed.
// npm runs it before packing (`prepack`), with the package's folder as the working directory.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Git knows a README that is the package's own; one that was copied is ignored and copied again. */
function isOwn(file) {
  try {
    return (
      execFileSync('git', ['ls-files', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) !==
      ''
    );
  } catch {
    return existsSync(file);
  }
}

for (const file of ['LICENSE', 'NOTICE', 'README.md']) if (!isOwn(file)) copyFileSync(`${root}${file}`, file);
