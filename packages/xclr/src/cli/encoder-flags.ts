// The flags of every command that opens an image encoder.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OpenEncoderOptions } from '../deploy/encoder/index.js';
import { wholeNumber } from './numbers.js';

const group = 'Encoder:';

export function addEncoderFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--checkpoint <name>', 'Which weights of a run folder; last by default')
        .choices(['last', 'best'])
        .helpGroup(group),
    )
    .addOption(
      new Option('--device <name>', 'Where a run folder computes: auto, cpu, cuda or cuda:N (default: auto)')
        .argParser(parseDevice)
        .helpGroup(group),
    )
    .addOption(
      new Option(
        '--pooling <how>',
        'How the vectors of all tokens are combined, for an ONNX model with one vector per token',
      )
        .choices(['mean', 'cls'])
        .helpGroup(group),
    )
    .addOption(
      new Option('--threads <number>', 'Threads within an operator (default: all cores)')
        .argParser(wholeNumber)
        .helpGroup(group),
    );
}

function parseDevice(text: string): string {
  if (!/^(auto|cpu|cuda(:\d+)?)$/.test(text))
    throw new InvalidArgumentError('It must be auto, cpu, cuda or cuda:N.');
  return text;
}

export function encoderOptions({
  checkpoint,
  device,
  pooling,
  threads,
}: OpenEncoderOptions): OpenEncoderOptions {
  return { checkpoint, device, pooling, threads };
}
