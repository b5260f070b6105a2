// Numbers that are all the same are told so at once: vitest's own comparison takes a microsecond for each, and weights have many.

type Numbers = ArrayLike<unknown>;

/** Arrays of so few are left to vitest. */
const few = 32;

const isNumbers = (value: unknown): value is Numbers =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/**
 * A tester for `expect.addEqualityTesters`.
 * @returns true where both hold the same numbers in every bit; undefined, and vitest compares and shows what differs, otherwise
 */
export function equalNumbers(a: unknown, b: unknown): true | undefined {
  if (!isNumbers(a) || !isNumbers(b) || a.length < few || a.length !== b.length) return undefined;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return undefined;
  for (let i = 0; i < a.length; i++) {
    const value = a[i];
    if ((typeof value !== 'number' && typeof value !== 'bigint') || !Object.is(value, b[i])) return undefined;
  }
  return true;
}
