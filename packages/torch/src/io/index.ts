// Tensors in files.
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
