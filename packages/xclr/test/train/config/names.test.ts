// Names that the settings list without loading LibTorch must be those that exist.
import { expect, it } from 'vitest';
import { encoderNames as registered } from '../../../src/models/registry.js';
import { encoderNames } from '../../../src/train/config.js';

it('the settings know every registered encoder', () => {
  expect([...encoderNames].sort()).toEqual([...registered].sort());
});
