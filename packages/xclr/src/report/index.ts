// The report: data in, one self-contained HTML page out, with the helpers that prepare the data.
export { conclude } from './conclusions.js';
export type { ContactSheet } from './contact-sheet.js';
export { embedPlane } from './embed-plane.js';
export { orderConcepts, reorder } from './order-concepts.js';
export { renderReport } from './render-report.js';
export type * from './report-data.js';
export { graySquare, type ThumbnailSource, thumbnail } from './thumbnail.js';
export { type Standing, type Verdict, verdicts } from './verdict.js';
