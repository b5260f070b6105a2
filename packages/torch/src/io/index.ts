// Tensors in files.
export { fromRawBytes, type RawPlace, readRaw } from './raw.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
