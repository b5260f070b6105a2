// `xclr data views`: images beside the views that training makes of them.
import type { Command } from 'commander';
import { viewImages, viewsPage } from '../inspect/index.js';
import { viewRecipe } from '../train/view-recipe.js';
import { viewSource } from '../train/view-source.js';
import { UserError } from '../util/errors.js';
import { writeFileAtomic } from '../util/files.js';
import { sharedConfig, viewSections } from './data-flags.js';
import { openShared } from './open-shared.js';
import { reportPath } from './report-path.js';

export interface Options {
  readonly out?: string;
  readonly images: number;
  readonly each: number;
}

export async function viewsCommand(
  path: string,
  { out: asked, images, each }: Options,
  command: Command,
): Promise<void> {
  const out = reportPath(asked, path, { file: 'views.html' });
  const config = sharedConfig(command, path, viewSections);
  const recipe = viewRecipe(config.views);
  const wanted = { images, views: each };
  const dataset = await openShared(config);
  const viewed = await viewImages(dataset, {
    ...wanted,
    recipe,
    size: config.views.size,
    source: viewSource(config.views),
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
