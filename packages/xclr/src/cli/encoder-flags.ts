// The flags of every command that opens an image encoder.
import { type Command, Option } from 'commander';
import type { OpenEncoderOptions } from '../deploy/encoder/index.js';
import { deviceOption, threadsOption } from './place-options.js';

const group = 'Encoder:';

export function addEncoderFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--checkpoint <name>', 'Which weights of a run folder; last by default')
        .choices(['last', 'best'])
        .helpGroup(group),
    )
    .addOption(
      deviceOption('Where a run folder computes: auto, cpu, cuda or cuda:N (default: auto)').helpGroup(group),
    )
    .addOption(
      new Option(
        '--pooling <how>',
        'How the vectors of all tokens are combined, for an ONNX model with one vector per token',
      )
        .choices(['mean', 'cls'])
        .helpGroup(group),
    )
    .addOption(threadsOption().helpGroup(group));
}

export function encoderOptions({
  checkpoint,
  device,
  pooling,
  threads,
}: OpenEncoderOptions): OpenEncoderOptions {
  return { checkpoint, device, pooling, threads };
}
