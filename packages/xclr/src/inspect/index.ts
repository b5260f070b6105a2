// Looking at data before training on it: inspection, verification, views.
export { type InspectOptions, inspectDataset } from './inspect.js';
export type * from './inspection.js';
export { type ExampleImage, exampleImages, inspectionPage } from './inspection-page.js';
export { bytesText, inspectionText } from './text-report.js';
export {
  type Quarantined,
  type Verification,
  type VerifyOptions,
  type VerifyProgress,
  verifyDataset,
} from './verify.js';
export { type ViewedImage, type ViewImagesOptions, viewImages } from './view-images.js';
export { type ViewsPage, viewsPage } from './views-page.js';
