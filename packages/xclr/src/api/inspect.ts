// xclr/inspect: looking at data, captions and graphs before training on them.
export { type AuditInput, type AuditReport, audit, type Excluded } from '../audit/audit.js';
export type { Example, Finding } from '../audit/finding.js';
export { compareGraphs, type Disagreement, type GraphComparison } from '../graph-tools/compare.js';
export { type InspectOptions, inspectDataset } from '../inspect/inspect.js';
export type * from '../inspect/inspection.js';
export { type ExampleImage, exampleImages, inspectionPage } from '../inspect/inspection-page.js';
export { inspectionText } from '../inspect/text-report.js';
export {
  type Quarantined,
  type Verification,
  type VerifyOptions,
  type VerifyProgress,
  verifyDataset,
} from '../inspect/verify.js';
export { type ViewedImage, type ViewImagesOptions, viewImages } from '../inspect/view-images.js';
export { type ViewsPage, viewsPage } from '../inspect/views-page.js';
