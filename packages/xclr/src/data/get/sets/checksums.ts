// Checksums with the library that published them.

import type { Checksum } from '../types.js';

/** From tensorflow_datasets' url_checksums, which every download of that library is checked against. */
export const sha256 = (hex: string): Checksum => ({
  algorithm: 'sha256',
  hex,
  source: 'tensorflow_datasets',
});

/** From torchvision's datasets, likewise. */
export const md5 = (hex: string): Checksum => ({ algorithm: 'md5', hex, source: 'torchvision' });
