// From a run to files that everybody's tools load.
export {
  type ExportedFile,
  type ExportOptions,
  type ExportReport,
  exportRun,
  knnLoss,
} from './export-run.js';
export { type Format, formats } from './formats.js';
