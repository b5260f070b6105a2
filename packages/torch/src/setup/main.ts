// The command `xclr-torch-setup`: set-up for this package alone; `xclr setup` is the same with options.
import { LibtorchError } from './libtorch-error.js';
import { setup } from './setup.js';

try {
  const { libtorch, changed } = await setup();
  // The repository's own set-up runs this before every command: it has nothing to say where nothing changed.
  if (changed || process.env.XCLR_SETUP_QUIET === undefined)
    console.log(`set-up: ready (LibTorch ${libtorch.version} from ${libtorch.source})`);
} catch (error) {
  if (!(error instanceof LibtorchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
