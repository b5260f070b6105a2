// The addon's functions, and an addon that was built from older sources than the code that calls it.
import { afterEach, expect, it } from 'vitest';
import { native } from '../../src/native.js';

const { item } = native;
afterEach(() => {
  Object.assign(native, { item });
});

it('names a function that the addon does not have, and says to build it again', () => {
  expect(item).toBeTypeOf('function');
  Reflect.deleteProperty(native, 'item');
  expect(() => native.item).toThrow(/xclr_torch\.node has no function item.*other sources.*\n {2}→ .*setup/);
});

it('says nothing of symbols, which other code asks every object for', () => {
  expect(Reflect.get(native, Symbol.toStringTag)).toBeUndefined();
});
