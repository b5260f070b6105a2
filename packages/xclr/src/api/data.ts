// xclr/data: sources of images, captions and labels; decoding; views; batches.
export {
  type EvaluationGeometry,
  type LocalCrops,
  type Recipe,
  type RecipeName,
  recipes,
} from '../data/augment/recipe.js';
export { evaluationView, makeViews, type ViewOptions } from '../data/augment/views.js';
export { decodeBytes, decodeImage } from '../data/decode/decode.js';
export type { DecodedImage } from '../data/decode/decoded.js';
export type { ImageSize } from '../data/decode/image-size.js';
export { type EmojiOptions, type EmojiSet, renderEmoji } from '../data/emoji/render.js';
export { sampleValue, selectSamples } from '../data/filter.js';
export type { ImageReader, Images } from '../data/images.js';
export { type Batch, Loader, type LoaderOptions } from '../data/loader.js';
export { openDataset } from '../data/open.js';
export { openImages } from '../data/open-images.js';
export {
  classBalanced,
  type Order,
  orderOf,
  type SamplerName,
  samplerNames,
  sequential,
  shuffled,
  streamed,
} from '../data/orders.js';
export { type PackOptions, type PackOutcome, packDataset } from '../data/packed/pack.js';
export { listProblems } from '../data/problems.js';
export { type Position, Sampler, type SamplerOptions } from '../data/sampler.js';
export type {
  Dataset,
  DatasetOptions,
  Filter,
  ImageRef,
  ManifestColumns,
  Problem,
  Sample,
  Split,
  SplitFractions,
} from '../data/types.js';
