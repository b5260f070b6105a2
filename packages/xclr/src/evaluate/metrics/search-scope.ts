// The sentence about gallery and queries that definitions end with.

import type { Filter } from '../../data/types.js';
import { describeFilter } from '../filter.js';

export function searchScope(gallery: Filter, queries: Filter, size: number): string {
  return `Gallery: ${size} images (${describeFilter(gallery)}); queries: ${describeFilter(queries)}; a query's own image is left out of the gallery.`;
}
