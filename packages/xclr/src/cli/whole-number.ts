// A whole number as the value of an option.
import { InvalidArgumentError } from 'commander';

/** @throws {InvalidArgumentError} for anything but a whole number from 1 */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}
