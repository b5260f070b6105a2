// What src/data offers: sources, decoding, batches.

export * from './augment/index.js';
export { decodeBytes } from './decode/decode.js';
export { aspectsOf, type DecodedImage } from './decode/decoded.js';
export type { ImageBytes } from './decode/image-bytes.js';
export { decodedSize, type ImageSize } from './decode/image-size.js';
export { DecodePool, type DecodePoolOptions, type DecodeResult } from './decode/pool.js';
export { encodedImage, limitInputPixels, readImage } from './decode/read.js';
export * from './emoji.js';
export { sampleValue, selectSamples } from './filter.js';
export { imageTensors } from './image-tensors.js';
export { type ImageReader, ImageStore, type ImageStoreOptions, type Images } from './images.js';
export { type Batch, Loader, type LoaderOptions } from './loader.js';
export { openDataset } from './open.js';
export { openImages } from './open-images.js';
export { type Order, orderOf, type Rank, type SamplerName } from './orders.js';
export { type PackOptions, type PackOutcome, packDataset } from './packed/pack.js';
export { listProblems, refuseTooManyProblems } from './problems.js';
export { fetchImage } from './remote/hold.js';
export type { Position, SamplerOptions } from './sampler.js';
export { defaultFractions, splitByHash } from './split.js';
export * from './types.js';
