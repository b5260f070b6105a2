// How a run's images are prepared, in Hugging Face's words (preprocessor_config.json).
import type { TrainConfig } from '../../train/config.js';
import { datasetOptions } from '../../train/dataset-options.js';
import { viewRecipe } from '../../train/view-recipe.js';

/** Pillow's number for bilinear, as in PILImageResampling. */
const bilinear = 2;

/**
 * Where the preprocessor cannot do what the run's evaluation does: a sentence for whoever uses the exported folder. Null where both
 * are the same.
 */
export function preparationDiffers({ views }: Pick<TrainConfig, 'views'>): string | null {
  if (viewRecipe(views).evaluation.geometry.kind === 'crop') return null;
  return (
    'The run was trained and evaluated on cut-outs placed on random backgrounds, which preprocessor_config.json cannot express: ' +
    `it squeezes the whole image to ${views.size}×${views.size} pixels, on white where the image is transparent. The vectors differ from those of ` +
    'the run itself (`xclr embed RUN`) and of its evaluation: embed what is searched and what is asked for with the same of the two.'
  );
}

/**
 * Shorter side to size / fraction, bilinear with antialiasing, then the centered square: what evaluation does. A recipe that
 * sets cut-outs down on a canvas has no such form; then the whole image is squeezed to the view's size.
 * `image_range` and `notice` are xclr's own: other libraries do not apply them.
 */
export function preprocessorConfig({
  views,
  data,
  notice,
}: Pick<TrainConfig, 'views' | 'data' | 'notice'>): Record<string, unknown> {
  const { imageRange } = datasetOptions({ data });
  const { evaluation, normalize } = viewRecipe(views);
  const sides = { height: views.size, width: views.size };
  const { geometry } = evaluation;
  return {
    image_processor_type: 'BitImageProcessor',
    do_resize: true,
    ...(geometry.kind === 'crop'
      ? {
          size: { shortest_edge: Math.round(views.size / geometry.fraction) },
          do_center_crop: true,
          crop_size: sides,
        }
      : { size: sides, do_center_crop: false }),
    resample: bilinear,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [...normalize.mean],
    image_std: [...normalize.std],
    do_convert_rgb: true,
    ...(imageRange !== undefined && { image_range: imageRange }),
    ...(notice !== undefined && { notice }),
  };
}
