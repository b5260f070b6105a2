// From a run to files that everybody's tools load.
export { type ExportedFile, type ExportReport, knnLoss } from './export-report.js';
export { type ExportOptions, exportRun } from './export-run.js';
export type { Format } from './formats.js';
