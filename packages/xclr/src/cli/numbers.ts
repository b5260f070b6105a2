// Numbers as the values of options.
import { InvalidArgumentError } from 'commander';

/** The number that `text` says; NaN where it says none ('' is none, though Number('') is 0). */
function parsed(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function whole(from: number, to: number): (text: string) => number {
  const range = to === Number.MAX_SAFE_INTEGER ? `from ${from}` : `from ${from} to ${to}`;
  return (text) => {
    const value = parsed(text);
    if (!Number.isInteger(value) || value < from || value > to)
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    return value;
  };
}

/** A parser of whole numbers from 1. */
export const wholeNumber = whole(1, Number.MAX_SAFE_INTEGER);

/** A parser of whole numbers from 0. */
export const notNegative = whole(0, Number.MAX_SAFE_INTEGER);

/** A parser of whole numbers from 1 to `most`. */
export const atMost = (most: number) => whole(1, most);

/** A parser of TCP ports; 0 asks for any that is free. */
export const port = whole(0, 65_535);

/** @throws {InvalidArgumentError} for anything but a number from 0 */
export function amount(text: string): number {
  const value = parsed(text);
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError('It must be a number from 0.');
  return value;
}

/** @throws {InvalidArgumentError} for anything but a number from 0 to 1 */
export function fraction(text: string): number {
  const value = parsed(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

/** @throws {InvalidArgumentError} for anything but a number between 0 and 1 */
export function innerFraction(text: string): number {
  const value = parsed(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('It must be a number between 0 and 1, both excluded.');
  return value;
}
