// Flags that say where and how a command computes: device, threads, precision.
import { InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from './numbers.js';

function parseDevice(text: string): string {
  if (!/^(auto|cpu|cuda(:\d+)?)$/.test(text))
    throw new InvalidArgumentError('It must be auto, cpu, cuda or cuda:N.');
  return text;
}

export const deviceOption = (what = 'Where to compute: auto, cpu, cuda or cuda:N (default: auto)'): Option =>
  new Option('--device <name>', what).argParser(parseDevice);

export const threadsOption = (): Option =>
  new Option('--threads <number>', 'Threads within an operator (default: all cores)').argParser(wholeNumber);

export const precisionOption = (): Option =>
  new Option(
    '--precision <name>',
    'Arithmetic of the evaluation, whatever was trained in (default: float32, which gives the same numbers on every machine up to rounding)',
  ).choices(['float32', 'bfloat16', 'auto']);
