// Weights from and to safetensors files that torchvision and timm read.
import { io, type nn, type Tensor } from '@xclr/torch';
import { UserError } from '../util/errors.js';

/** Writes a module's parameters and buffers under PyTorch's names; the file appears whole or not at all. */
export function saveWeights(path: string, module: nn.AnyModule, metadata: Record<string, string> = {}): void {
  io.writeSafetensors(path, module.stateDict(), { format: 'pt', ...metadata });
}

/**
 * Loads torchvision's or timm's weights into an encoder. A classifier (`fc.*`, `classifier.*`) that the encoder has not is
 * left out, everything else must fit.
 * @param options prefix: only names that begin with it are looked at, and it is subtracted ('encoder.' of a run's model)
 * @throws {UserError} with the missing, unexpected and of another size names; the encoder is unchanged then
 */
export function loadEncoderWeights(
  encoder: nn.AnyModule,
  path: string,
  { prefix = '' }: { prefix?: string } = {},
): void {
  const { tensors } = readWeights(path);
  try {
    const wanted = encoder.stateDict();
    const named = [...tensors].flatMap(([name, one]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), one] as const] : [],
    );
    const offered = new Map(named.filter(([name]) => wanted.has(name) || !/^(fc|classifier)\./.test(name)));
    encoder.loadStateDict(offered);
  } catch (error) {
    throw new UserError(
      `weights ${path}: ${messageOf(error)}`,
      'The file must be of the same encoder, stem and width.',
    );
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
}

function readWeights(path: string): { tensors: Map<string, Tensor> } {
  try {
    return io.readSafetensors(path);
  } catch (error) {
    throw new UserError(`weights ${path}: ${messageOf(error)}`, 'give a whole .safetensors file');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
