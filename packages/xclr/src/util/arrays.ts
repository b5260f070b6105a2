// What is often written by spreading an array into arguments, for arrays of any length: Node throws above some 120,000 arguments.

/** Adds all of `more` at the end of `list`. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}

/** The greatest of the values and `start`. */
export function maxOf(values: Iterable<number>, start = -Infinity): number {
  let most = start;
  for (const value of values) most = Math.max(most, value); // keeps NaN, as Math.max does
  return most;
}

/** The least of the values and `start`. */
export function minOf(values: Iterable<number>, start = Infinity): number {
  let least = start;
  for (const value of values) least = Math.min(least, value);
  return least;
}
