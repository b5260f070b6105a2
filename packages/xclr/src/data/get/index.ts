// Public data sets: what there is, and how it comes here.

export { type GetOptions, type GotSet, getSet } from './get.js';
export { findSet, publicSets } from './registry.js';
export type { Checksum, PublicSet, RemoteFile, Unpack } from './types.js';
