// Which OpenBLAS LibTorch gets, where it takes the system's: one whose matrix products run on the threads that LibTorch's loops run on.
//
// Debian's usual build has threads of its own. After a product they spin, as OpenMP's do after a loop, and on as many cores the two hold
// each other up: on two cores a step of a ViT took 2.4 times as long as with the build on OpenMP (docs/training.md). That build's threads
// also heed `setNumThreads`.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's folder of OpenBLAS on OpenMP, from the package libopenblas0-openmp. */
const folder = 'openblas-openmp';

/** True where the system's BLAS in a folder of libraries is OpenBLAS with threads of its own. */
export function hasThreadsOfItsOwn(libraries: string): boolean {
  try {
    return realpathSync(join(libraries, 'libblas.so.3')).includes('/openblas-pthread/');
  } catch {
    return false;
  }
}

/** Paths of the libraries to load before LibTorch; none where the system's own BLAS is to stay, as it always does with XCLR_BLAS=system. */
export function blasOnOpenmp(libraries: string, environment: NodeJS.ProcessEnv = process.env): string[] {
  if (environment.XCLR_BLAS === 'system' || !hasThreadsOfItsOwn(libraries)) return [];
  const found = ['libopenblas.so.0', 'libblas.so.3'].map((name) => join(libraries, folder, name));
  return found.every((path) => existsSync(path)) ? found : [];
}
