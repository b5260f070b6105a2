// The command `xclr-torch-setup`: set-up for this package alone; `xclr setup` is the same with options.
import { LibtorchError } from './libtorch-error.js';
import { setup } from './setup.js';

try {
  const { libtorch, addon, changed } = await setup();
  if (changed || process.env.XCLR_SETUP_QUIET !== '1')
    console.log(`set-up: LibTorch ${libtorch.version} from ${libtorch.source}; addon ${addon}`);
} catch (error) {
  if (!(error instanceof LibtorchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
