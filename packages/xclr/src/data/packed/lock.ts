// One writer a folder: a lock file that names its process, and is broken when that process is gone.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws {UserError} where another living process holds the folder */
export function lockFolder(folder: string): Disposable {
  const path = join(folder, 'pack.lock');
  for (let tries = 0; ; tries++) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(path, 'utf8'));
      if (tries > 0 || (pid > 0 && pid !== process.pid && isAlive(pid)) || pid === process.pid) {
        throw new UserError(
          `pack: ${folder} is being packed by process ${pid}`,
          `Wait until it has finished. If the process no longer exists, delete ${path}.`,
        );
      }
      rmSync(path, { force: true });
    }
  }
}
