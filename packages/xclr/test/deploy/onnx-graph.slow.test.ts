// Every encoder at full width as ONNX: float32, float16 and int8 against LibTorch.
import { test } from 'vitest';
import { encoderNames } from '../../src/models/index.js';
import { expectAgreement } from './onnx-encoders.js';

test.each(encoderNames.filter((name) => !name.startsWith('vit_base')))(
  '%s: float32 within 1e-4 of LibTorch, float16 within 1e-2, int8 too; any batch',
  (name) => expectAgreement(name),
);
