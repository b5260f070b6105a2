// Whether an error says that a GPU's memory is full, and what can be done.
import { UserError } from './errors.js';

/** What LibTorch's allocator says, and cuDNN or cuBLAS where they find no room for their workspace. */
const fullMemory = /CUDA out of memory|CUDA error: out of memory|(CUDNN|CUBLAS)_STATUS_ALLOC_FAILED/;

/** The error that a user can act on, where a GPU's memory is full; null for any other error. */
export function explainDeviceMemory(error: unknown): UserError | null {
  if (!(error instanceof Error) || error instanceof UserError || !fullMemory.test(error.message)) return null;
  const [asked] = /Tried to allocate [\d.]+ \w+/.exec(error.message) ?? [];
  return new UserError(
    `the GPU's memory is full${asked === undefined ? '' : `: ${asked[0]!.toLowerCase()}${asked.slice(1)}`}`,
    'Set a smaller --batch-size, --views-size or encoder, or end other programs on that GPU (nvidia-smi lists them).',
  );
}
