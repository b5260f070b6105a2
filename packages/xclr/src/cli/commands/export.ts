// `xclr export`: a run as a folder for onnxruntime, transformers.js, torchvision and timm.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Format, formats } from '../../deploy/export/formats.js';
import { notNegative, wholeNumber } from '../numbers.js';
import { lazily } from './lazily.js';

export function declare(command: Command): void {
  command
    .argument('<run>', 'run folder that `xclr train` wrote')
    .argument('<out>', 'folder to write; must be new or empty')
    .addOption(new Option('--checkpoint <name>', 'which weights').choices(['last', 'best']).default('last'))
    .option('--projector', "export z, the projector's output, instead of the encoder's features")
    .addOption(
      new Option('--formats <list>', `which of ${formats.join(', ')}; float32 is always there`)
        .argParser(parseFormats)
        .default(formats, formats.join(',')),
    )
    .option('--calibration <n>', 'training images used to calibrate the int8 ranges', wholeNumber, 128)
    .option('--max-knn-loss <points>', 'the most points of kNN accuracy that int8 may cost', notNegative, 1)
    .option('--no-measure', 'do not measure what was written on held-out images')
    .option('--data <path>', "where the run's data lies now, if it has moved")
    .option('--license <text>', 'license of the data, for the model card')
    .option('--web <folder>', 'also write a page that runs the encoder in the browser, as static files')
    .option('--web-items <n>', 'held-out images that the page can search', wholeNumber, 300)
    .addHelpText(
      'after',
      `
Writes onnx/model.onnx, model_fp16.onnx and model_quantized.onnx, model.safetensors, config.json,
preprocessor_config.json and a model card. Each file is compared with LibTorch before the folder appears.

Examples:
  xclr export runs/xclr-products products-encoder
  xclr export runs/xclr-products products-encoder --web site    any web server shows site/
  xclr embed products-encoder products.csv products.parquet`,
    )
    .action(lazily(async () => (await import('../export.js')).exportCommand));
}

function parseFormats(text: string): Format[] {
  const wanted = text.split(',').map((one) => one.trim());
  const unknown = wanted.find((one) => !(formats as readonly string[]).includes(one));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected some of ${formats.join(', ')}, got ${unknown}.`);
  return wanted as Format[];
}
