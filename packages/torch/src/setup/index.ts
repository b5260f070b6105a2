// @xclr/torch/setup: finding and installing LibTorch, and building the addon. Loads no LibTorch.
export { LibtorchError } from './libtorch-error.js';
export { type SetupOptions, type SetupOutcome, setup } from './setup.js';
