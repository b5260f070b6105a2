// Where the ids of a batch come several times: views come view-major, so that they are a block repeated.

/** Length of the shortest block that `ids` is a whole number of times: the batch, where views come view-major. */
export function periodOf(ids: Int32Array): number {
  const n = ids.length;
  for (let period = ids.indexOf(ids[0]!, 1); period > 0; period = ids.indexOf(ids[0]!, period + 1)) {
    if (n % period === 0 && ids.every((id, i) => id === ids[i % period])) return period;
  }
  return n;
}
