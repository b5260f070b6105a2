// `xclr data views`: images beside the views that training makes of them.
import type { Command } from 'commander';
import { viewImages, viewsPage } from '../inspect/index.js';
import { viewSourceSize } from '../train/session.js';
import { viewRecipe } from '../train/view-recipe.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { addSharedFlags, openShared, sharedConfig } from './data-flags.js';

const shared = ['data', 'views', 'seed'];

interface Options {
  readonly out: string;
  readonly images: string;
  readonly each: string;
}

export function register(data: Command): void {
  const command = data
    .command('views')
    .description('Draw images beside the views that training makes of them')
    .argument('<path>', 'folder or file, as xclr train --data takes it')
    .option('--out <file>', 'the page to write', 'views.html')
    .option('--images <number>', 'how many images', '6')
    .option('--each <number>', 'how many views of each', '6')
    .addHelpText(
      'after',
      `
Examples:
  xclr data views images/ --size 64
  xclr data views images/ --recipe light --out light.html
  xclr data views signs.csv --views-overrides geometry.flip=0,geometry.scale=[0.5,1]

The page also tells what each stage of the recipe does and when to change it.`,
    );
  addSharedFlags(command, shared).action((path: string, options: Options) =>
    viewsCommand(command, path, options),
  );
}

function between(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UserError(`data views: --${name} must be a whole number from 1 to ${most}, got ${text}`);
}

async function viewsCommand(command: Command, path: string, { out, images, each }: Options): Promise<void> {
  const config = sharedConfig(command, path, shared);
  const recipe = viewRecipe(config.views);
  const wanted = { images: between('images', images, 100), views: between('each', each, 50) };
  const dataset = await openShared(config);
  const viewed = await viewImages(dataset, {
    ...wanted,
    recipe,
    size: config.views.size,
    source: viewSourceSize(config.views),
    seed: config.seed,
  });
  if (viewed.length === 0) {
    throw new UserError(
      `data views: none of ${wanted.images} images of ${path} can be decoded`,
      'xclr data verify lists what is broken and why.',
    );
  }
  const { size } = config.views;
  const recipeName = config.views.recipe;
  const page = { name: dataset.name, path, recipeName, recipe, size, images: viewed, created: new Date() };
  writeFileAtomic(out, viewsPage(page));
  console.log(`${viewed.length} images with ${wanted.views} views each → ${out}`);
}
