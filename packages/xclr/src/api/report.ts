// xclr/report: data in, one self-contained HTML page out.
export { embedPlane } from '../report/embed-plane.js';
export { orderConcepts } from '../report/order-concepts.js';
export { renderReport } from '../report/render-report.js';
export type * from '../report/report-data.js';
export { graySquare, type ThumbnailSource, thumbnail } from '../report/thumbnail.js';
