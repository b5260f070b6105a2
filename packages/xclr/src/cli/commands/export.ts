// `xclr export`: a run as a folder for onnxruntime, transformers.js, torchvision and timm.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Format, formats } from '../../deploy/export/formats.js';
import { guide } from '../help/guide.js';
import { amount, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'Run folder that xclr train wrote')
    .argument('<out>', 'Folder to write; it must be new or empty')
    .addOption(
      new Option('--checkpoint <name>', 'Which weights to export').choices(['last', 'best']).default('last'),
    )
    .addOption(
      new Option('--formats <list>', `Which of ${formats.join(', ')} to write; float32 is always written`)
        .argParser(parseFormats)
        .default(formats, formats.join(',')),
    )
    .addOption(
      new Option(
        '--weights-format <library>',
        'Parameter names in model.safetensors; by default those of torchvision, and of timm for the encoders that torchvision does not have by that name',
      ).choices(['torchvision', 'timm']),
    )
    .option('--projector', 'Export the output of the projector in place of the features of the encoder')
    .option('--license <text>', 'License of the data, for the model card')
    .option('--web <folder>', 'Also write a page that runs the encoder in the browser, as static files')
    .option('--web-items <number>', 'Held-out images that this page can search', wholeNumber, 300)
    .option('--data <path>', 'Where the data of the run lies now, if it has moved')
    .option('--no-measure', 'Do not measure the exported files on held-out images')
    .option('--calibration <number>', 'Training images used to calibrate the int8 ranges', wholeNumber, 128)
    .option(
      '--max-knn-loss <points>',
      'Fail if int8 loses more than this many points of kNN accuracy',
      amount,
      1,
    )
    .action(lazily(async () => (await import('../export.js')).exportCommand));
  guide(command, {
    notes: [
      'Writes onnx/model.onnx, onnx/model_fp16.onnx and onnx/model_quantized.onnx, model.safetensors, config.json, preprocessor_config.json and a model card. Each file is compared with LibTorch before the folder appears.',
    ],
    examples: [
      { run: 'xclr export runs/xclr-products products-encoder' },
      {
        run: 'xclr export runs/xclr-products products-encoder --web site',
        does: 'site/ can lie on any web server',
      },
      { run: 'xclr embed products-encoder products.csv products.parquet', does: 'use what was exported' },
    ],
  });
}

function parseFormats(text: string): Format[] {
  const wanted = text.split(',').map((one) => one.trim());
  const unknown = wanted.find((one) => !(formats as readonly string[]).includes(one));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${formats.join(', ')}, got ${unknown}.`);
  return wanted as Format[];
}
