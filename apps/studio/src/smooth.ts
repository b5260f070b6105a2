// Smoothing of curves.

/**
 * Exponential moving average without the pull towards 0 of its first values, as TensorBoard has it.
 * @param weight of what came before, 0 to below 1
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  let average = 0;
  return values.map((value, i) => {
    average = weight * average + (1 - weight) * value;
    return average / (1 - weight ** (i + 1));
  });
}
