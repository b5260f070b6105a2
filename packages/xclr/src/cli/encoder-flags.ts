// The flags of every command that opens an image encoder.
import { type Command, Option } from 'commander';
import type { OpenEncoderOptions } from '../deploy/encoder/index.js';
import { wholeNumber } from './numbers.js';

export function addEncoderFlags(command: Command): Command {
  return command
    .addOption(new Option('--checkpoint <name>', 'run folders: which weights').choices(['last', 'best']))
    .option('--device <name>', 'run folders: auto, cpu, cuda or cuda:N')
    .addOption(
      new Option('--pooling <how>', 'ONNX models with one vector per token: how to combine them').choices([
        'mean',
        'cls',
      ]),
    )
    .option('--threads <n>', 'threads within an operator (default: all cores)', wholeNumber);
}

export function encoderOptions({
  checkpoint,
  device,
  pooling,
  threads,
}: OpenEncoderOptions): OpenEncoderOptions {
  return { checkpoint, device, pooling, threads };
}
