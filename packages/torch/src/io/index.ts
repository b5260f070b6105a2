// Tensors in files, and parts of files.
export { type FileRanges, type RangeFault, readFileRanges } from './file-ranges.js';
export { fromRawBytes, type RawPlace, readRaw } from './raw.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
