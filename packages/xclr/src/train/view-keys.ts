// What the views of a batch are drawn by.

/**
 * The sample, and where it comes again in an epoch another number for each time, so that its views are new ones.
 * @param ids (b) samples
 * @param occurrences (b) how often each came before in its epoch; undefined where none comes twice
 */
export function viewKeys(ids: Int32Array, occurrences: Int32Array | undefined): Int32Array {
  if (occurrences === undefined) return ids;
  return ids.map((id, i) => (id + Math.imul(occurrences[i]!, 0x9e3779b1)) | 0); // far from every other sample's
}
