// Numbers as the values of options.
import { InvalidArgumentError } from 'commander';

/** @throws {InvalidArgumentError} for anything but a whole number from 1 */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

/** @throws {InvalidArgumentError} for anything but a whole number from 0 */
export function notNegative(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be a whole number from 0.');
  return value;
}

/** @throws {InvalidArgumentError} for anything but a number from 0 to 1 */
export function fraction(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}
