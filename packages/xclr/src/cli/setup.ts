// `xclr setup`: find or install LibTorch, and build the native addon where no prebuilt one fits.
import { type SetupOptions, setup } from '@xclr/torch/setup';

export async function setupCommand(options: SetupOptions): Promise<void> {
  const { libtorch, addon } = await setup(options);
  console.log(`LibTorch ${libtorch.version} from ${libtorch.source}\naddon ${addon}`);
  if (options.libtorch !== undefined && addon.includes('node_modules'))
    console.log(`Set LIBTORCH=${options.libtorch} in the environment of later commands.`);
  console.log('Run xclr doctor to check the rest of this machine.');
}
